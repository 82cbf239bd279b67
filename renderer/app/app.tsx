/** The frame: start page or workbench, with bars, banners and what every panel puts over the window. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { CaseFileBanner } from '../files/case-file-banner';
import { Files } from '../files/files';
import { useCase, useWorkbench, WorkbenchContext } from '../state/hooks';
import type { Workbench } from '../state/workbench';
import { styleNonce } from '../ui/nonce';
import { ProblemText } from '../ui/problem-text';
import { TooltipDelay } from '../ui/tooltip';
import { Announcer } from './announcer';
import { AuthorDialog } from './author-dialog';
import { Banners } from './banners';
import { Dock } from './dock';
import { ErrorBoundary } from './error-boundary';
import { FilterBar } from './filter-bar';
import { useFrameCommands } from './frame-commands';
import { useKeys } from './keys';
import { Palette } from './palette';
import { PANELS, panelsAt } from './panels';
import { ShortcutSheet } from './shortcut-sheet';
import { StatusBar } from './status-bar';
import { useTheme } from './theme';
import { Toast } from './toast';
import { TopBar } from './top-bar';
import './app.css';

export function App({ workbench }: { readonly workbench: Workbench }): ReactNode {
  const nonce = styleNonce();
  return (
    <CSPProvider {...(nonce === undefined ? {} : { nonce })}>
      <WorkbenchContext.Provider value={workbench}>
        <TooltipDelay>
          <ErrorBoundary name="The window" again="Reload window" onAgain={() => window.location.reload()}>
            <Frame />
          </ErrorBoundary>
        </TooltipDelay>
      </WorkbenchContext.Provider>
    </CSPProvider>
  );
}

function Frame(): ReactNode {
  useTheme();
  useKeys();
  useFrameCommands();
  const open = useCase();
  return (
    <div className="frame">
      <TopBar />
      <Banners />
      <CaseFileBanner />
      {open === null ? (
        <Window />
      ) : (
        <>
          <FilterBar />
          <Dock key={open.folder} />
        </>
      )}
      <StatusBar />
      {PANELS.map(({ id, Overlay }) => Overlay !== undefined && <Overlay key={id} />)}
      <Files />
      <Toast />
      <AuthorDialog />
      <Palette />
      <ShortcutSheet />
      <Announcer />
    </div>
  );
}

/** Before a case is open: the start page, or why there is no engine to open one. */
function Window(): ReactNode {
  const { session } = useWorkbench();
  const hello = useStore(session, (state) => state.hello);
  const problem = useStore(session, (state) => state.problem);
  const [start] = panelsAt('window');
  if (problem !== null) {
    return (
      <main className="window-whole">
        <div className="window-problem">
          <ProblemText problem={problem} />
        </div>
      </main>
    );
  }
  if (hello === null || start === undefined) return <main className="window-whole" aria-busy="true" />;
  return (
    <main className="window-whole">
      <start.View />
    </main>
  );
}
