import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // By default, one core would have nothing to do.
    maxWorkers: '100%',
    // No test depends on the speed of the machine. An hour only ends one that hangs.
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
  },
});
