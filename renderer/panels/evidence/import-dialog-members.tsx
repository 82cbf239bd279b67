/** What a container holds, before it is imported: the names of its members, and which are protected. */
import type { ReactNode } from 'react';
import type { Preview } from '../../../shared/evidence';
import { countText, plural, sizeText } from '../../ui/event-text';

export function MembersTable({
  members: { list, more },
}: {
  readonly members: NonNullable<Preview['members']>;
}): ReactNode {
  const locked = list.filter(({ encrypted }) => encrypted).length;
  const sizes = list.some(({ packedBytes }) => packedBytes !== null);
  return (
    <>
      <p className="preview-wait">
        {list.length === 0
          ? 'Nothing in it could be listed.'
          : `${more ? 'More than ' : ''}${plural(list.length, 'member')}; each becomes evidence with a row of its own.`}
        {locked > 0 && (
          <span className="warn">
            {' '}
            {countText(locked)} protected: give the password below, or {locked === 1 ? 'it' : 'they'} cannot
            be read.
          </span>
        )}
      </p>
      {list.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard.
        <section className="preview-records" aria-label="Members" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Member</th>
                {sizes && (
                  <th scope="col" className="right">
                    Packed size
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {list.map(({ name, packedBytes, encrypted }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: names come twice; the list does not change.
                <tr key={index}>
                  <td className="message" title={name}>
                    {name}
                    {encrypted && <span className="warn"> protected</span>}
                  </td>
                  {sizes && (
                    <td className="right mono label">{packedBytes === null ? '·' : sizeText(packedBytes)}</td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}
