import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { SigningKeyTable } from './tables.ts';

export const insertSigningKey = statement((db, hole: Hole<SigningKeyTable>) =>
  db.insertInto('signing_key').values({
    kid: hole('kid'),
    purpose: hole('purpose'),
    alg: hole('alg'),
    public_jwk: hole('public_jwk'),
    created_at_ms: hole('created_at_ms'),
    active_from_ms: hole('active_from_ms'),
    revoked_at_ms: hole('revoked_at_ms'),
    longest_life_ms: hole('longest_life_ms'),
  }),
);

type Moved = Pick<SigningKeyTable, 'kid' | 'active_from_ms' | 'revoked_at_ms' | 'longest_life_ms'>;

export const moveSigningKey = statement((db, hole: Hole<Moved>) =>
  db
    .updateTable('signing_key')
    .set({
      active_from_ms: hole('active_from_ms'),
      revoked_at_ms: hole('revoked_at_ms'),
      longest_life_ms: hole('longest_life_ms'),
    })
    .where('kid', '=', hole('kid')),
);

/** Every key of a purpose that ever was, oldest first: a handful a year. */
export const signingKeysFor = statement((db, hole: Hole<{ purpose: SigningKeyTable['purpose'] }>) =>
  db
    .selectFrom('signing_key')
    .selectAll()
    .where('purpose', '=', hole('purpose'))
    .orderBy('created_at_ms')
    .orderBy('kid'),
);
