import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The renderer's build; `main/dev/build.mjs` calls it and builds `main` with the same tool. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    modulePreload: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
  },
});
