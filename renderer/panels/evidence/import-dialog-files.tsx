/** The files found: which will be imported, what each is taken for, and what still needs the analyst's word. */
import { type ReactNode, useMemo } from 'react';
import { sizeText } from '../../ui/event-text';
import { ListCell, ListHeadCell, VirtualList } from '../../ui/virtual-list';
import {
  commonFolder,
  formatOf,
  isGeneric,
  isLocked,
  isSeen,
  needsZone,
  type Plan,
  type PlanFile,
} from './import-plan';
import { MiddleText } from './ledger-columns';

export interface FilesListProps {
  readonly plan: Plan;
  readonly open: string | null;
  readonly failed: (token: string) => boolean;
  readonly onOpen: (token: string) => void;
  readonly onInclude: (token: string, on: boolean) => void;
  readonly onIncludeAll: (on: boolean) => void;
}

export function FilesList(props: FilesListProps): ReactNode {
  const { files } = props.plan;
  const folder = useMemo(() => commonFolder(files), [files]);
  const at = files.findIndex((file) => file.token === props.open);
  const on = files.filter((file) => file.include).length;
  const readable = files.filter((file) => file.problem === null).length;
  return (
    <VirtualList
      id="import-files"
      label="Files to import; Space includes or leaves out"
      className="import-files"
      rowCount={files.length}
      rowHeight={24}
      template="26px minmax(0, 1.3fr) minmax(0, 1fr) 74px"
      head={
        <>
          <ListHeadCell>
            <input
              type="checkbox"
              aria-label="Include every readable file"
              checked={on > 0 && on === readable}
              ref={(box) => {
                if (box !== null) box.indeterminate = on > 0 && on < readable;
              }}
              onChange={(event) => props.onIncludeAll(event.target.checked)}
            />
          </ListHeadCell>
          <ListHeadCell>File</ListHeadCell>
          <ListHeadCell>Taken for</ListHeadCell>
          <ListHeadCell right>Size</ListHeadCell>
        </>
      }
      selected={at < 0 ? null : at}
      onSelect={(row) => {
        const file = files[row];
        if (file !== undefined) props.onOpen(file.token);
      }}
      onKey={(event, row) => {
        const file = row === null ? undefined : files[row];
        if (event.key !== ' ' || file === undefined || file.problem !== null) return;
        event.preventDefault();
        props.onInclude(file.token, !file.include);
      }}
      rowClass={(row) => (files[row]?.include === false ? 'left-out' : '')}
      renderRow={(row) => {
        const file = files[row];
        return file === undefined ? null : (
          <FileCells
            file={file}
            folder={folder}
            failed={props.failed(file.token)}
            zoneChosen={props.plan.zone !== null}
            passwordGiven={props.plan.password !== ''}
            onInclude={props.onInclude}
          />
        );
      }}
    />
  );
}

interface FileCellsProps {
  readonly file: PlanFile;
  /** Folder all files share; what lies below it is shown. */
  readonly folder: string;
  readonly failed: boolean;
  readonly zoneChosen: boolean;
  readonly passwordGiven: boolean;
  readonly onInclude: (token: string, on: boolean) => void;
}

function FileCells({
  file,
  folder,
  failed,
  zoneChosen,
  passwordGiven,
  onInclude,
}: FileCellsProps): ReactNode {
  const below =
    file.path.startsWith(folder) && folder !== '' ? file.path.slice(folder.length, -file.name.length) : '';
  const zoneOpen = needsZone(file) && !zoneChosen && file.options.zone === undefined;
  return (
    <>
      <ListCell>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Include ${file.name}`}
          checked={file.include}
          disabled={file.problem !== null}
          onChange={(event) => onInclude(file.token, event.target.checked)}
        />
      </ListCell>
      <ListCell>
        <span className="file-path" title={file.path}>
          {below !== '' && <span className="file-folder">{below}</span>}
          <MiddleText text={file.name} />
        </span>
      </ListCell>
      <ListCell>
        <FormatMark file={file} failed={failed} />
        {zoneOpen && (
          <span className="doubt mark-after" title="Its records state no zone">
            z?
          </span>
        )}
        {isLocked(file) && !passwordGiven && (
          <span className="doubt mark-after" title="Protected: give its password below">
            locked
          </span>
        )}
      </ListCell>
      <ListCell right className="mono label">
        {sizeText(file.sizeBytes)}
      </ListCell>
    </>
  );
}

function FormatMark({ file, failed }: { readonly file: PlanFile; readonly failed: boolean }): ReactNode {
  if (file.problem !== null) {
    return (
      <span className="bad" title={file.problem.why ?? file.problem.help}>
        {file.problem.what}
      </span>
    );
  }
  if (failed) return <span className="bad">cannot be looked into</span>;
  if (!isSeen(file) && file.options.format === undefined)
    return <span className="label">to be looked at</span>;
  const format = formatOf(file);
  if (format === null) {
    return file.sizeBytes === 0 ? (
      <span className="label">empty</span>
    ) : (
      <span className="warn" title="Choose a format for it, or describe its lines">
        unrecognised
      </span>
    );
  }
  if (file.doubt !== null && file.options.format === undefined) {
    return (
      <span className="warn" title={file.doubt.what}>
        {format.title}?
      </span>
    );
  }
  if (isGeneric(file)) {
    return (
      <span
        className="warn"
        title={`${format.title}: the shape of the records is known, their meaning is not`}
      >
        {format.id === 'generic-delimited' ? 'a table: check columns' : format.title}
      </span>
    );
  }
  return <span title={format.id}>{format.title}</span>;
}
