// Where the files of this package are: those that ship with the code, and those that the build makes.

/** The URL of a file of this package, given its path from the package's top folder. */
export function packageFile(path: string): URL {
  // The same distance from src/files, from dist/files and from dist/bin, into which the program is bundled.
  return new URL(`../../${path}`, import.meta.url);
}
