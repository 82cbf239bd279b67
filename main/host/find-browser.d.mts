/** Types of `find-browser.mjs`, which is plain JavaScript because programs that run before the build need it too. */

/** Path of a Chromium, Chrome or Edge: `CHROME_PATH`, then PATH, then the usual places; null when there is none. */
export declare function findBrowser(): string | null;
/** What to do where none was found, in one line. */
export declare const HOW_TO_GET_ONE: string;
