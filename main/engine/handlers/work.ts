/** Marks, findings, saved views, clocks: the analyst's work, each change an operation of the journal. */
import { succeed } from '../../../shared/problem';
import { countMarks } from '../../store/marks';
import { putFinding } from '../casework/findings';
import { putMark, removeMark } from '../casework/marks';
import { removeWork, saveView, setClock, setCustody } from '../casework/records';
import { openCaseOf, writableCaseOf } from '../context';
import type { Handlers } from './handlers';
import { withViews } from './view';

type Names =
  | 'work.list'
  | 'mark.put'
  | 'mark.remove'
  | 'finding.put'
  | 'view.save'
  | 'work.remove'
  | 'evidence.setClock'
  | 'evidence.setCustody'
  | 'case.setAuthor';

export const workHandlers: Pick<Handlers, Names> = {
  'work.list': (_, call) =>
    withViews(call, async (views) => {
      const open = openCaseOf(call.context);
      if (!open.ok) return open;
      const counted = await views.using(call.signal, countMarks);
      if (!counted.ok) return counted;
      const records = open.value.workspace.records();
      return succeed({
        ...counted.value,
        findings: records
          .filter((record) => record.kind === 'finding')
          .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1)),
        views: records.filter((record) => record.kind === 'view'),
        lost: open.value.marks?.lost() ?? [],
      });
    }),

  'mark.put': putMark,
  'mark.remove': removeMark,
  'finding.put': putFinding,
  'view.save': saveView,
  'work.remove': removeWork,
  'evidence.setClock': setClock,
  'evidence.setCustody': setCustody,

  /** Not an operation: it says who works here, and every operation from now on carries it. */
  async 'case.setAuthor'({ author }, { context }) {
    return context.exclusive(async () => {
      const open = writableCaseOf(context);
      if (!open.ok) return open;
      await open.value.workspace.setAuthor(author);
      const state = open.value.state();
      context.notify('work.changed', { case: state });
      return succeed(state);
    });
  },
};
