/** Opens a view: counts its rows at once and leaves the sorting to the background. */
import { fail, type Outcome, succeed } from '../../shared/problem';
import type { Result } from '../../shared/protocol';
import type { ViewSpec } from '../../shared/view';
import { sql } from '../store/sql';
import { countFolded, leadsOnly, makeFold } from './fold';
import { orderList } from './order';
import { prepareFilter } from './prepare-filter';
import { STALE, type Views } from './views';
import { wholeNumber } from './whole-number';

/**
 * Counts and time bounds of a filter, and the id its pages are asked by. `undated` counts rows of the view without a
 * time; `total` all events of the case.
 */
export async function openView(
  views: Views,
  spec: ViewSpec,
  signal?: AbortSignal,
): Promise<Outcome<Result<'view.open'>>> {
  const filter = await prepareFilter(views, spec.filter, signal);
  if (!filter.ok) return filter;
  const order = orderList(spec.sort);
  if (!order.ok) return order;
  const fold = spec.fold ? await makeFold(views, filter.value.condition, spec.fold, signal) : null;
  if (fold && !fold.ok) return fold;
  const table = fold?.value ?? null;
  const condition = table === null ? filter.value.condition : leadsOnly(filter.value.condition, table);
  const at = { generation: views.generation, marks: views.marks };
  const counted = await views.using(signal, async (database) => {
    const [row = []] = (
      await database.all(sql`SELECT count(*), count(e."timestamp"), epoch_us(min(e."timestamp")),
        epoch_us(max(e."timestamp")), (SELECT count(*) FROM event) FROM event AS e
        WHERE ${condition}`)
    ).rows;
    const [shown, dated, first, last, total] = row;
    return {
      shown: Number(shown),
      folded: table === null ? 0 : await countFolded(database, table),
      total: Number(total),
      undated: Number(shown) - Number(dated),
      first: wholeNumber(first),
      last: wholeNumber(last),
    };
  });
  if (!counted.ok) return counted;
  if (at.generation !== views.generation) return fail(STALE);
  const view = views.keep(spec, { ...filter.value, condition }, counted.value.shown, at, table);
  return view.ok ? succeed({ viewId: view.value.id, ...counted.value }) : view;
}
