/** Keeps what columns were said to mean as a format: named, tried on the file, and kept in the case or the library. */
import { type ReactNode, useMemo, useState } from 'react';
import type { ImportOptions, Preview } from '../../../../shared/evidence';
import { idOf, idProblem } from '../../../../shared/propose/format-text';
import { type Mapped, mappedProblem, mappedYaml } from '../../../../shared/propose/mapped-format';
import { Dialog } from '../../../ui/dialog';
import { ProblemText } from '../../../ui/problem-text';
import type { Mapping } from '../mapping';
import { titleOf } from './draft';
import { KeepActions, NameFields, ReadCount, readRecords, useKeeping } from './keep-parts';
import { useTried } from './use-tried';
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

export function KeepMappingDialog(props: KeepMappingProps): ReactNode {
  const { token, name, options, mapping, onKept, onClose } = props;
  const [title, setTitle] = useState(titleOf(name));
  const [ownId, setOwnId] = useState<string | null>(null);
  const keeping = useKeeping(onKept);
  const id = ownId ?? idOf(title);
  const mapped = useMemo(() => mappedOf(props.preview, mapping), [props.preview, mapping]);
  const missing = mappedProblem(mapped);
  const draft = useMemo(() => (missing === null ? draftOf(mapped) : null), [mapped, missing]);
  const { preview, problem, isStale } = useTried(token, options, draft);
  const read = readRecords(preview);
  const badId = idProblem(id);
  const ready =
    keeping.canKeep &&
    missing === null &&
    badId === null &&
    !isStale &&
    read.length > 0 &&
    title.trim() !== '';

  const keep = async (): Promise<void> => {
    if (!ready) return;
    const head = { id, title: title.trim(), reference: REFERENCE, domain: mapping.domain };
    const samples = read.map((record) => ({
      ...record,
      event: record.event === null ? null : { ...record.event, event_dataset: id },
    }));
    const { zone, year } = options;
    const chosen = { ...(zone === undefined ? {} : { zone }), ...(year === undefined ? {} : { year }) };
    await keeping.keep(mappedYaml({ ...mapped, records: samples }, head, chosen));
  };
  const shown = keeping.problem ?? problem;
  return (
    <Dialog
      open
      title={`Keep what the columns of ${name} mean`}
      description="A format of your own: the next file like this one is recognised, here or wherever the format is taken."
      size="wide"
      onClose={onClose}
      actions={<KeepActions keeping={keeping} ready={ready} onKeep={() => void keep()} onClose={onClose} />}
    >
      <div className="wizard-head">
        <NameFields title={title} id={id} onTitle={setTitle} onId={setOwnId} />
      </div>
      {missing === null ? (
        <ReadCount preview={preview} isStale={isStale} />
      ) : (
        <p className="wizard-advice bad">{missing}</p>
      )}
      {badId !== null && <p className="wizard-advice bad">{badId}</p>}
      {shown !== null && <ProblemText problem={shown} />}
    </Dialog>
  );
}

function mappedOf(preview: Preview, mapping: Mapping): Mapped {
  const kind = preview.chosen === 'generic-json' ? 'json' : 'delimited';
  return { kind, columns: preview.columns, mapping, records: preview.records };
}

/** The format before it has a name. */
function draftOf(mapped: Mapped): string {
  const head = { id: 'own-format', title: 'Own format', reference: REFERENCE, domain: mapped.mapping.domain };
  return mappedYaml(mapped, head, {});
}
