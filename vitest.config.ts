import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // No test depends on the speed of the machine. An hour only ends one that hangs.
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
  },
});
