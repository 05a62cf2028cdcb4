import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Property tests and programs started as processes take their time on a busy machine.
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
