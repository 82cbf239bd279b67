/** Who acquired which evidence, as the journal says: for the ledger, the tables, the case file and the report. */
import type { Custody } from '../../shared/case';
import type { Workspace } from '../case/workspace';
import type { CustodyValues } from '../store/tables';
import type { OpenCase } from './open-case';

export function custodyOf(workspace: Workspace): CustodyValues[] {
  const said = new Map<string, Custody>();
  for (const record of workspace.records()) if (record.kind === 'custody') said.set(record.id, record);
  if (said.size === 0) return [];
  return workspace.segments.flatMap(({ entries }) =>
    entries.flatMap(({ row }) => {
      const custody = row.sha256 === null ? undefined : said.get(row.sha256);
      if (!custody) return [];
      const { acquirer, exhibitNumber } = custody;
      return [{ evidenceId: row.evidence_id, acquirer, exhibitNumber }];
    }),
  );
}

/** After anything that fills the ledger or changes what is said of it. */
export async function keepCustody({
  cache,
  workspace,
}: Pick<OpenCase, 'cache' | 'workspace'>): Promise<void> {
  await cache?.setCustody(custodyOf(workspace));
}
