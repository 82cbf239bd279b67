/** Entry of the command line. Where an import is asked for, its processes start while the commands themselves still load. */
import { COMING_IMPORT, forkedChildren } from '../process/spawn';

process.umask(0o077);
const words = process.argv.slice(2);
const isImport = words[0] === 'import' && !words.includes('--help') && !words.includes('-h');
if (isImport) forkedChildren.prepare('engine', COMING_IMPORT);
const { runCommandLine } = await import('./command-line');
process.exitCode = await runCommandLine(words);
forkedChildren.dropPrepared();
