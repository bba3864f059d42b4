import { Fragment } from 'react';
import { Told } from '../../../parts/told.tsx';

/** The members that lead to a value, e.g. `pcrs › 4`. */
export function MemberName({ path }: { readonly path: readonly string[] }) {
  return (
    <span className="trust-members__name">
      {path.map((name, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the members of one path, in its order
        <Fragment key={place}>
          {place > 0 && <span aria-hidden="true"> › </span>}
          <Told text={name} mono />
        </Fragment>
      ))}
    </span>
  );
}
