import { sql } from 'kysely';
import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { Ageing } from './page.ts';

/**
 * Appraisals of before an instant, oldest first, with what measured the place in the same session; and what still needs them: their host's
 * newest session or evidence, a hold for review that they show, a grant that lasts and was issued while they were the newest accepted
 * evidence of its host.
 */
export const oldAppraisals = statement((db, hole: Hole<Ageing>) =>
  db
    .selectFrom('appraisal')
    .leftJoin('location', 'location.session_id', 'appraisal.session_id')
    .select((row) => [
      'appraisal.session_id',
      'appraisal.host_id',
      'appraisal.evidence_digest',
      'appraisal.at_ms',
      'appraisal.answer',
      'appraisal.inputs',
      'appraisal.leaf_index',
      'location.leaf_index as place_leaf',
      'location.answer as place_answer',
      'location.facility_id',
      row
        .selectFrom('host_state')
        .select('host_state.host_id')
        .whereRef('host_state.host_id', '=', 'appraisal.host_id')
        .where((of) =>
          of.or([
            of('host_state.evidence_session_id', '=', of.ref('appraisal.session_id')),
            of('host_state.session_id', '=', of.ref('appraisal.session_id')),
          ]),
        )
        .as('newest'),
      row
        .selectFrom('latch')
        .select('latch.id')
        .whereRef('latch.session_id', '=', 'appraisal.session_id')
        .where('latch.cleared_at_ms', 'is', null)
        .limit(1)
        .as('latch'),
      row
        .selectFrom('licence_grant')
        .select('licence_grant.id')
        .whereRef('licence_grant.host_id', '=', 'appraisal.host_id')
        .where('licence_grant.expires_at_ms', '>', hole('nowMs'))
        .whereRef('licence_grant.issued_at_ms', '>=', 'appraisal.at_ms')
        .where((of) =>
          of.not(
            of.exists(
              of
                .selectFrom('appraisal as later')
                .select('later.session_id')
                .whereRef('later.host_id', '=', 'appraisal.host_id')
                .where('later.outcome', '=', 'accepted')
                .whereRef('later.at_ms', '>', 'appraisal.at_ms')
                .whereRef('later.at_ms', '<=', 'licence_grant.issued_at_ms'),
            ),
          ),
        )
        .limit(1)
        .as('live_grant'),
    ])
    .where('appraisal.at_ms', '<', hole('untilMs'))
    .where((row) =>
      row(
        row.refTuple('appraisal.at_ms', 'appraisal.session_id'),
        '>',
        row.tuple(hole('afterMs'), hole('afterId')),
      ),
    )
    .orderBy('appraisal.at_ms')
    .orderBy('appraisal.session_id')
    .limit(hole('limit')),
);

type Session = { sessionId: string };

export const dropPlace = statement((db, hole: Hole<Session>) =>
  db.deleteFrom('location').where('session_id', '=', hole('sessionId')),
);

export const dropPermits = statement((db, hole: Hole<Session>) =>
  db.deleteFrom('probe_permits').where('session_id', '=', hole('sessionId')),
);

export const dropAppraisal = statement((db, hole: Hole<Session>) =>
  db.deleteFrom('appraisal').where('session_id', '=', hole('sessionId')),
);

export const dropSession = statement((db, hole: Hole<Session>) =>
  db.deleteFrom('session').where('id', '=', hole('sessionId')),
);

/** The bytes of a submission, unless they are another appraisal's too. */
export const dropEvidence = statement((db, hole: Hole<{ digest: string }>) =>
  db
    .deleteFrom('evidence')
    .where('digest', '=', hole('digest'))
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom('appraisal')
            .select('appraisal.session_id')
            .where('appraisal.evidence_digest', '=', hole('digest')),
        ),
      ),
    ),
);

/** Sessions that ended before an instant and that nobody answered; the newest of a host stays. */
export const oldUnanswered = statement((db, hole: Hole<Ageing>) =>
  db
    .selectFrom('session')
    .select((row) => [
      'session.id',
      'session.host_id',
      'session.expires_at_ms',
      row
        .selectFrom('host_state')
        .select('host_state.host_id')
        .whereRef('host_state.host_id', '=', 'session.host_id')
        .whereRef('host_state.session_id', '=', 'session.id')
        .as('newest'),
    ])
    .where('session.submitted_at_ms', 'is', null)
    .where('session.expires_at_ms', '<', hole('untilMs'))
    .where((row) =>
      row(
        row.refTuple('session.expires_at_ms', 'session.id'),
        '>',
        row.tuple(hole('afterMs'), hole('afterId')),
      ),
    )
    .orderBy('session.expires_at_ms')
    .orderBy('session.id')
    .limit(hole('limit')),
);

/**
 * Documents that nothing was judged by since an instant, and that no kept appraisal cites. Those that may cite one are the
 * appraisals between its first use and a day after its last: what is held of that time is read, and nothing else.
 */
export const unusedDocuments = statement((db, hole: Hole<Ageing & { slackMs: number }>) =>
  db
    .selectFrom('document')
    .select((row) => [
      'document.digest',
      'document.last_used_ms',
      row
        .selectFrom('appraisal')
        .select('appraisal.session_id')
        .where((of) =>
          of(
            'appraisal.at_ms',
            '>=',
            of('document.first_used_ms', '-', of.cast<number>(hole('slackMs'), 'bigint')),
          ),
        )
        .where((of) =>
          of(
            'appraisal.at_ms',
            '<=',
            of('document.last_used_ms', '+', of.cast<number>(hole('slackMs'), 'bigint')),
          ),
        )
        .where('appraisal.inputs', 'like', sql<string>`'%' || document.digest || '%'`)
        .limit(1)
        .as('cited_by'),
    ])
    .where('document.last_used_ms', '<', hole('untilMs'))
    .where((row) =>
      row(
        row.refTuple('document.last_used_ms', 'document.digest'),
        '>',
        row.tuple(hole('afterMs'), hole('afterId')),
      ),
    )
    .orderBy('document.last_used_ms')
    .orderBy('document.digest')
    .limit(hole('limit')),
);

export const dropDocument = statement((db, hole: Hole<{ digest: string }>) =>
  db.deleteFrom('document').where('digest', '=', hole('digest')),
);
