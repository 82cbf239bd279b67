/** Keeps what columns were said to mean as a format: named, tried on the file, and kept in the case or the library. */
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { ImportOptions, Preview } from '../../../../shared/evidence';
import type { Problem } from '../../../../shared/problem';
import { idOf } from '../../../../shared/propose/format-text';
import { type Mapped, mappedProblem, mappedYaml } from '../../../../shared/propose/mapped-format';
import { CANCELLED } from '../../../state/engine';
import { useEngine, useTell } from '../../../state/hooks';
import { Button } from '../../../ui/button';
import { Dialog } from '../../../ui/dialog';
import { countText } from '../../../ui/event-text';
import { ProblemText } from '../../../ui/problem-text';
import type { Mapping } from '../mapping';
import { titleOf } from './draft';
import './wizard.css';

export interface KeepMappingProps {
  readonly token: string;
  readonly name: string;
  readonly options: ImportOptions;
  /** The file as the mapping reads it. */
  readonly preview: Preview;
  readonly mapping: Mapping;
  readonly onKept: (formatId: string) => void;
  readonly onClose: () => void;
}

const REFERENCE = 'Columns mapped by hand';
const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const SHOWN = 60;

export function KeepMappingDialog(props: KeepMappingProps): ReactNode {
  const { token, name, options, mapping, onKept, onClose } = props;
  const engine = useEngine();
  const tell = useTell();
  const [title, setTitle] = useState(titleOf(name));
  const [ownId, setOwnId] = useState<string | null>(null);
  const [toCase, setToCase] = useState(true);
  const [toLibrary, setToLibrary] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const id = ownId ?? idOf(title);
  const mapped = useMemo(() => mappedOf(props.preview, mapping), [props.preview, mapping]);
  const missing = mappedProblem(mapped);
  const tried = useTried(token, options, missing === null ? mapped : null);
  const read = tried?.records.filter(({ event, reject }) => event !== null && reject === null) ?? [];
  const ready =
    !busy &&
    missing === null &&
    read.length > 0 &&
    title.trim() !== '' &&
    ID.test(id) &&
    (toCase || toLibrary);

  const keep = async (): Promise<void> => {
    if (!ready) return;
    setBusy(true);
    const head = { id, title: title.trim(), reference: REFERENCE, domain: mapping.domain };
    const samples = read.map((record) => ({
      ...record,
      event: record.event === null ? null : { ...record.event, event_dataset: id },
    }));
    const { zone, year } = options;
    const chosen = { ...(zone === undefined ? {} : { zone }), ...(year === undefined ? {} : { year }) };
    const text = mappedYaml({ ...mapped, records: samples }, head, chosen);
    const kept = await engine.call('format.save', { text, toCase, toLibrary });
    setBusy(false);
    if (kept.ok) {
      tell(`The format ${kept.value.title} is kept`, toCase);
      onKept(kept.value.id);
    } else if (kept.problem.code !== CANCELLED) setProblem(kept.problem);
  };
  const shown = problem ?? tried?.problem ?? null;
  return (
    <Dialog
      open
      title={`Keep what the columns of ${name} mean`}
      description="A format of your own: the next file like this one is recognised, here or wherever the format is taken."
      size="wide"
      onClose={onClose}
      actions={
        <>
          <fieldset className="wizard-keep">
            <legend className="label">Keep it</legend>
            <label>
              <input type="checkbox" checked={toCase} onChange={(event) => setToCase(event.target.checked)} />
              in this case
            </label>
            <label>
              <input
                type="checkbox"
                checked={toLibrary}
                onChange={(event) => setToLibrary(event.target.checked)}
              />
              in my library, for other cases
            </label>
          </fieldset>
          <span className="spring" />
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={!ready} onClick={() => void keep()}>
            Keep the format
          </Button>
        </>
      }
    >
      <div className="wizard-head">
        <label className="field">
          <span className="label">Name of the format</span>
          <input
            type="text"
            className="text-box"
            value={title}
            maxLength={120}
            spellCheck={false}
            onChange={(event) => setTitle(event.target.value)}
          />
        </label>
        <label className="field">
          <span className="label">Id</span>
          <input
            type="text"
            className="text-box mono"
            value={id}
            maxLength={60}
            spellCheck={false}
            title="Name of its file, and the data set of its events"
            onChange={(event) => setOwnId(event.target.value)}
          />
        </label>
      </div>
      {missing === null ? (
        <p className="wizard-count" role="status">
          {tried === null ? (
            'Reading the first records by it…'
          ) : (
            <>
              <strong>
                {countText(read.length)} of {countText(tried.records.length)}
              </strong>{' '}
              first records read
            </>
          )}
        </p>
      ) : (
        <p className="wizard-advice bad">{missing}</p>
      )}
      {!ID.test(id) && (
        <p className="wizard-advice bad">Its id takes lower-case letters, digits and single hyphens.</p>
      )}
      {shown !== null && <ProblemText problem={shown} />}
    </Dialog>
  );
}

function mappedOf(preview: Preview, mapping: Mapping): Mapped {
  const kind = preview.chosen === 'generic-json' ? 'json' : 'delimited';
  return { kind, columns: preview.columns, mapping, records: preview.records };
}

/** The file as the format reads it; null until that is known. */
function useTried(token: string, options: ImportOptions, mapped: Mapped | null): Preview | null {
  const engine = useEngine();
  const [tried, setTried] = useState<Preview | null>(null);
  const asked = useMemo(() => JSON.stringify(bare(options)), [options]);
  useEffect(() => {
    if (mapped === null) return;
    const controller = new AbortController();
    const head = {
      id: 'own-format',
      title: 'Own format',
      reference: REFERENCE,
      domain: mapped.mapping.domain,
    };
    const draft = mappedYaml(mapped, head, {});
    const params = { token, options: JSON.parse(asked), draft, records: SHOWN };
    void engine.call('evidence.preview', params, controller.signal).then((outcome) => {
      if (outcome.ok && !controller.signal.aborted) setTried(outcome.value);
    });
    return () => controller.abort();
  }, [engine, token, asked, mapped]);
  return tried;
}

function bare({ format: _, mapping: __, ...options }: ImportOptions): ImportOptions {
  return options;
}
