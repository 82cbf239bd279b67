import { availableParallelism } from 'node:os';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const cores = availableParallelism();

/** `stories` drive the built product in a real browser; everything else runs without a build. */
export default defineConfig({
  test: {
    reporters: ['default', './main/dev/summary-reporter.ts'],
    watch: false,
    // One less than the cores would leave the second of two idle.
    maxWorkers: Math.max(cores - 1, Math.min(cores, 2)),
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['shared/**/*.test.ts', 'main/**/*.test.ts'],
          exclude: ['main/e2e/**', 'main/**/*.long.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'dom',
          environment: 'happy-dom',
          include: ['renderer/**/*.test.ts', 'renderer/**/*.test.tsx'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'stories',
          environment: 'node',
          include: ['main/e2e/**/*.story.ts', 'main/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'long',
          environment: 'node',
          include: ['main/**/*.long.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
