/** Everything a case gives out or is opened from: its commands and their dialogs. */
import type { ReactNode } from 'react';
import { useCase, useCommands } from '../state/hooks';
import { ExportDialog } from './export-dialog';
import { OpenCaseDialog } from './open-case-dialog';
import { ReportDialog } from './report-dialog';
import { SaveCaseDialog } from './save-case-dialog';
import { useShownDialog } from './shown';
import { VerifyDialog } from './verify-dialog';
import { WorkOnDialog } from './work-on-dialog';
import './files.css';

export function Files(): ReactNode {
  const open = useCase();
  const { shown, show, hide } = useShownDialog();
  const noCase = open === null ? 'No case is open.' : null;
  const file = open?.file ?? null;
  useCommands([
    {
      id: 'case.open',
      title: 'Open a case…',
      group: 'Case',
      keys: 'Ctrl+O',
      also: 'case file tlcase folder path',
      run: () => show({ kind: 'open-case', token: null, name: '' }),
    },
    {
      id: 'case.saveAs',
      title: 'Save case as…',
      group: 'Case',
      keys: 'Ctrl+Shift+S',
      also: 'pack case file tlcase share hand over encrypt sign',
      unavailable: noCase,
      run: () => show({ kind: 'save-case' }),
    },
    {
      id: 'case.report',
      title: 'Write the report…',
      group: 'Case',
      also: 'html hand out print findings',
      unavailable: noCase,
      run: () => show({ kind: 'report' }),
    },
    {
      id: 'case.verify',
      title: 'Check a case file…',
      group: 'Case',
      also: 'verify damaged signature tlcase',
      run: () => show({ kind: 'verify' }),
    },
    {
      id: 'case.workOn',
      title: 'Work on this case file…',
      group: 'Case',
      unavailable:
        noCase ??
        (file === null
          ? 'This case is yours to work on already.'
          : file.check === 'whole'
            ? null
            : 'Only a file that was found whole can be worked on.'),
      run: () => show({ kind: 'work-on' }),
    },
  ]);
  switch (shown?.kind) {
    case 'save-case':
      return <SaveCaseDialog onClose={hide} />;
    case 'open-case':
      return <OpenCaseDialog key={shown.token} token={shown.token} name={shown.name} onClose={hide} />;
    case 'verify':
      return <VerifyDialog onClose={hide} />;
    case 'report':
      return <ReportDialog onClose={hide} />;
    case 'work-on':
      return <WorkOnDialog onClose={hide} />;
    case 'export':
      return <ExportDialog request={shown.request} onClose={hide} />;
    case undefined:
      return null;
  }
}
