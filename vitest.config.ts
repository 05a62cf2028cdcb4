import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Property tests and programs started as processes take their time on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
