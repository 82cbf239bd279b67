/** The product's version, from the one place that states it. */
import { version } from '../../package.json';

export const VERSION: string = version;
