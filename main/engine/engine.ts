/** Entry of the engine process. Where an import is coming, an importer gets ready while the engine itself still loads. */
import { keepFilesPrivate } from '../process/parent-port';
import { COMING_IMPORT, forkedChildren } from '../process/spawn';

keepFilesPrivate();
if (process.argv.includes(COMING_IMPORT)) forkedChildren.prepare('importer');
await import('./serve');
