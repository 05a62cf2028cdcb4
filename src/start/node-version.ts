// Ends the process with one line where Node is too old to run the program. It must be the first import of start.ts, and its
// syntax must be old, because every Node has to understand it.

/** The `engines` of package.json; test/start/node-releases.test.ts runs the program with this release. */
const OLDEST_MAJOR = 20;

const [major] = process.versions.node.split('.');
if (Number(major) < OLDEST_MAJOR) {
  process.stderr.write(`synsum: needs Node ${OLDEST_MAJOR} or later, found ${process.versions.node}\n`);
  process.exit(2);
}
