/** Types of `build.mjs`, for tests that drive the built product. */

/** Builds renderer and programs into `dist` when a source is newer; true when it built. */
export declare function buildWhenStale(options?: {
  readonly force?: boolean;
  readonly quiet?: boolean;
}): Promise<boolean>;
