/** The formats a person wrote: those of the case and of the library; text files in and out, and what is needed no more. */
import { type ReactNode, useState } from 'react';
import type { Problem } from '../../../../shared/problem';
import { useGrantedFile } from '../../../files/granted-file';
import { usePlace } from '../../../files/place';
import { CANCELLED } from '../../../state/engine';
import { useAnnounce, useCase, useEngine, useTell } from '../../../state/hooks';
import { Button } from '../../../ui/button';
import { Dialog } from '../../../ui/dialog';
import { plural } from '../../../ui/event-text';
import { ProblemText } from '../../../ui/problem-text';
import { type FormatRow, useFormats } from '../use-formats';
import './wizard.css';

export function FormatsDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const engine = useEngine();
  const announce = useAnnounce();
  const [version, setVersion] = useState(0);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [text, setText] = useState<{ id: string; yaml: string } | null>(null);
  const all = useFormats(version);
  const own = all.filter(({ origin }) => origin !== 'shipped');
  const writable = useCase()?.readOnly === null;
  const reload = () => setVersion((was) => was + 1);

  const remove = async (format: FormatRow): Promise<void> => {
    if (format.origin === 'shipped') return;
    const gone = await engine.call('format.remove', { id: format.id, from: format.origin });
    if (gone.ok) announce(`${format.title} removed`);
    else if (gone.problem.code !== CANCELLED) setProblem(gone.problem);
    reload();
  };
  const show = async (id: string): Promise<void> => {
    if (text?.id === id) return setText(null);
    const found = await engine.call('format.text', { id });
    if (found.ok) setText({ id, yaml: found.value.text });
    else setProblem(found.problem);
  };
  return (
    <Dialog
      open
      title="Formats of your own"
      description="Beside the formats that ship. Those of a case travel with it; those of the library are tried in every case."
      size="wide"
      onClose={onClose}
      actions={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      {own.length === 0 ? (
        <p className="quiet">
          None yet. Import a file that nothing reads and choose <em>Describe these lines…</em> or, for tables
          and JSON, <em>Keep as a format…</em>, or take formats from a text file.
        </p>
      ) : (
        <table className="own-formats">
          <thead>
            <tr>
              <th scope="col">Format</th>
              <th scope="col">Id</th>
              <th scope="col">Kept in</th>
              <th scope="col">
                <span className="sr-only">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {own.map((format) => (
              <tr key={format.id}>
                <td>{format.title}</td>
                <td className="mono">{format.id}</td>
                <td>{format.origin === 'case' ? 'this case' : 'library'}</td>
                <td className="own-format-acts">
                  <Button
                    look="plain"
                    aria-expanded={text?.id === format.id}
                    aria-label={`Show ${format.title}`}
                    onClick={() => void show(format.id)}
                  >
                    Show
                  </Button>
                  <Button
                    look="plain"
                    aria-label={`Remove ${format.title}`}
                    disabled={format.origin === 'case' && !writable}
                    onClick={() => void remove(format)}
                  >
                    Remove
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {text !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard.
        <section className="own-format-text" tabIndex={0} aria-label={`The text of ${text.id}`}>
          <pre className="mono">{text.yaml}</pre>
        </section>
      )}
      {problem !== null && <ProblemText problem={problem} />}
      {own.length > 0 && <ExportFormats ids={own.map(({ id }) => id)} onProblem={setProblem} />}
      <ImportFormats writable={writable} onProblem={setProblem} onTaken={reload} />
    </Dialog>
  );
}

interface ExportFormatsProps {
  readonly ids: readonly string[];
  readonly onProblem: (problem: Problem | null) => void;
}

function ExportFormats({ ids, onProblem }: ExportFormatsProps): ReactNode {
  const engine = useEngine();
  const tell = useTell();
  const place = usePlace('formats.yaml');
  const write = async (): Promise<void> => {
    onProblem(null);
    const token = await place.take();
    if (!token.ok) return onProblem(token.problem);
    if (token.value === null) return;
    const written = await engine.call('format.export', { ids: [...ids], token: token.value });
    if (written.ok) tell(`${plural(written.value.formats, 'format')} written to ${written.value.path}`);
    else onProblem(written.problem);
  };
  return (
    <fieldset className="own-formats-part">
      <legend>Write them to a text file</legend>
      {place.field}
      <Button disabled={!place.isChosen} onClick={() => void write()}>
        {place.replaces === null ? 'Write' : 'Replace the file'}
      </Button>
    </fieldset>
  );
}

interface ImportFormatsProps {
  readonly writable: boolean;
  readonly onProblem: (problem: Problem | null) => void;
  readonly onTaken: () => void;
}

function ImportFormats({ writable, onProblem, onTaken }: ImportFormatsProps): ReactNode {
  const engine = useEngine();
  const tell = useTell();
  const [toCase, setToCase] = useState(writable);
  const [refused, setRefused] = useState<readonly Problem[]>([]);
  const file = useGrantedFile({
    label: 'Text file with formats',
    placeholder: 'the whole path of a YAML file',
    picks: [{ pick: 'pickFiles', title: 'Choose…' }],
  });
  const take = async (): Promise<void> => {
    onProblem(null);
    const token = await file.take();
    if (!token.ok) return onProblem(token.problem);
    if (token.value === null) return;
    const taken = await engine.call('format.import', { token: token.value, toCase, toLibrary: !toCase });
    if (taken.ok) {
      setRefused(taken.value.problems);
      tell(`${plural(taken.value.taken.length, 'format')} taken in`, toCase);
      onTaken();
    } else if (taken.problem.code !== CANCELLED) onProblem(taken.problem);
  };
  return (
    <fieldset className="own-formats-part">
      <legend>Take formats from a text file</legend>
      {file.field}
      <div className="own-formats-line">
        <select
          aria-label="Keep them in"
          value={toCase ? 'case' : 'library'}
          onChange={(event) => setToCase(event.target.value === 'case')}
        >
          <option value="case" disabled={!writable}>
            into this case
          </option>
          <option value="library">into my library</option>
        </select>
        <Button disabled={!file.isChosen} onClick={() => void take()}>
          Take in
        </Button>
      </div>
      {refused.map((problem) => (
        <ProblemText key={`${problem.where ?? ''}${problem.why ?? problem.what}`} problem={problem} />
      ))}
    </fieldset>
  );
}
