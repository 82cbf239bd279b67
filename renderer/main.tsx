/** Entry of the window: connects to the engine, makes the stores, draws the frame. */
import './app/no-eval';
import './app/trusted-types';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './app/theme.css';
import './ui/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { rememberTheme } from './app/theme';
import { connectEngine } from './engine/connect';
import { createWorkbench } from './state/workbench';

const { line, ready } = connectEngine();
const workbench = createWorkbench(line.engine);
rememberTheme(workbench.display);
window.addEventListener('pagehide', () => void workbench.saved.flush());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') void workbench.saved.flush();
});
void ready.then((problem) => {
  if (problem === null) void workbench.session.getState().greet();
  else workbench.session.setState({ problem });
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(<App workbench={workbench} />);
