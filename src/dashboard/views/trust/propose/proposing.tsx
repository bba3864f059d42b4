import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../../api/change.ts';
import { useRead } from '../../../api/read.ts';
import { useAll } from '../../../api/read-all.ts';
import { useAnnounce } from '../../../app/announce.tsx';
import { Fact, Facts, Panel } from '../../../parts/panel.tsx';
import { ProblemNote, Shown } from '../../../parts/state.tsx';
import { Told } from '../../../parts/told.tsx';
import { useWords } from '../../../words/language.tsx';
import { Differences } from '../compare/differences.tsx';
import type { JsonObject } from '../compare/leaves.ts';
import { Hosts } from '../rests.tsx';
import { trustWords } from '../words.ts';
import { nameOf, type Proposal } from './proposal-file.ts';
import { proposeWords } from './words.ts';

/** What a file would propose: in what it differs from what is in force, which hosts it would gain and lose, and the button that does it. */
export function Proposing({ proposal }: { readonly proposal: Proposal }) {
  const words = useWords(proposeWords);
  const trust = useWords(trustWords);
  const announce = useAnnounce();
  const [, navigate] = useLocation();
  const change = useChange('proposeTrustInput', ['trust-input']);
  const named = nameOf(proposal);
  const propose = (): void => {
    if (change.isPending || change.isSuccess) return;
    announce(words.sending);
    change.mutate(
      { body: proposal },
      {
        onSuccess: ({ id }) => {
          announce(words.done);
          navigate(`/trust/${encodeURIComponent(id)}`);
        },
      },
    );
  };
  const kinds: { readonly [kind: string]: string } = trust.kinds;
  return (
    <>
      <Panel title={words.what}>
        <Facts>
          <Fact name={trust.kind}>
            {Object.hasOwn(kinds, proposal.kind) ? (
              kinds[proposal.kind]
            ) : (
              <Told text={String(proposal.kind)} />
            )}
          </Fact>
          <Fact name={words.name}>{named === null ? words.unnamed : <Told text={named.name} />}</Fact>
          <Fact name={words.version}>
            <Told text={named?.version} />
          </Fact>
        </Facts>
        {change.error !== null && <ProblemNote error={change.error} />}
        {/* Never disabled: a disabled button loses the focus. */}
        <button
          type="button"
          className="button button--main"
          aria-disabled={change.isPending || change.isSuccess}
          onClick={propose}
        >
          {words.send}
        </button>
      </Panel>
      {named !== null && <Against proposal={proposal} {...named} />}
      {named !== null && (proposal.kind === 'reference-set' || proposal.kind === 'anchors') && (
        <WouldRest proposal={proposal} />
      )}
    </>
  );
}

function Against({
  proposal,
  name,
  version,
}: {
  readonly proposal: Proposal;
  readonly name: string;
  readonly version: string;
}) {
  const words = useWords(proposeWords);
  const list = useAll('listTrustInputs', {}, { live: ['trust-input'] });
  return (
    <Panel title={words.against}>
      <Shown read={list}>
        {(all) => {
          const inForce = all.findLast(
            (row) => row.state === 'effective' && row.kind === proposal.kind && row.name === name,
          );
          if (inForce === undefined) return <p>{words.first}</p>;
          const after = { version, content: proposal.content as unknown as JsonObject }; // parsed from JSON
          return <Compared trustInputId={inForce.id} after={after} />;
        }}
      </Shown>
    </Panel>
  );
}

function Compared({
  trustInputId,
  after,
}: {
  readonly trustInputId: string;
  readonly after: { readonly version: string; readonly content: JsonObject };
}) {
  const read = useRead('getTrustInput', { params: { trustInputId } });
  return (
    <Shown read={read}>
      {({ version, content }) => (
        <Differences before={{ version, content: content as JsonObject }} after={after} />
      )}
    </Shown>
  );
}

function WouldRest({ proposal }: { readonly proposal: Proposal }) {
  const { rests: words } = useWords(trustWords);
  const asked = useMemo(() => {
    const { publication: _, ...bare } = { publication: undefined, ...proposal };
    return { body: { change: 'content', proposal: bare as Proposal } as const };
  }, [proposal]);
  return (
    <Panel title={words.title} aside={words.ifApproved}>
      <Hosts asked={asked} />
    </Panel>
  );
}
