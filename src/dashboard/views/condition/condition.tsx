import { useQuery } from '@tanstack/react-query';
import type { Answer } from '../../api/call.ts';
import { callForBytes } from '../../api/call.ts';
import { unanswered } from '../../api/problem.ts';
import { Page } from '../../app/page.tsx';
import { Instant, useNow } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { Shown } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { conditionWords } from './words.ts';

type Readiness = Answer<'getReadiness'>;

const EVERY_MS = 10_000;

/** Whether the verifier can do its work, and which it is. */
export default function Condition() {
  const words = useWords(conditionWords);
  const read = useQuery({ queryKey: ['readiness'], queryFn: readiness, refetchInterval: EVERY_MS });
  const version = useQuery({
    queryKey: ['version'],
    queryFn: readVersion,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const now = useNow();
  const isReady = read.data?.status === 'ready';
  return (
    <Page
      title={words.title}
      heading={
        <span className="titled">
          {words.title}{' '}
          {read.data !== undefined && (
            <Status tone={isReady ? 'good' : 'bad'}>{isReady ? words.ready : words.notReady}</Status>
          )}
        </span>
      }
      lead={words.lead}
    >
      <div className="stack">
        <Panel title={words.checks}>
          <Shown read={read}>{({ checks }) => <Checks checks={checks} />}</Shown>
        </Panel>
        <Panel title={words.about}>
          <Facts>
            <Fact name={words.version}>
              <Told text={version.data ?? null} mono />
            </Fact>
            <Fact name={words.address}>
              <Told text={location.origin} mono />
            </Fact>
            <Fact name={words.now}>
              <Instant at={now.toISOString()} />
            </Fact>
            <Fact name={words.backup}>{words.backupNote}</Fact>
          </Facts>
        </Panel>
      </div>
    </Page>
  );
}

function Checks({ checks }: Pick<Readiness, 'checks'>) {
  const words = useWords(conditionWords);
  const names: { readonly [name: string]: string } = words.names;
  return (
    <Facts>
      {checks.map(({ name, status, code }) => (
        <Fact key={name} name={Object.hasOwn(names, name) ? (names[name] ?? name) : name}>
          <Status tone={status === 'ok' ? 'good' : 'bad'}>{status === 'ok' ? words.ok : words.failed}</Status>{' '}
          {code !== undefined && <Told text={code} mono />}
        </Fact>
      ))}
    </Facts>
  );
}

/** Asked as a balancer does: 503 is an answer too, and says what failed. @throws Problem where nothing answers */
async function readiness({ signal }: { readonly signal: AbortSignal }): Promise<Readiness> {
  const response = await fetch('/readyz', { signal, cache: 'no-store' }).catch(() => null);
  if (response === null || ![200, 503].includes(response.status)) throw unanswered();
  return response.json();
}

/** As its OpenAPI document names it: nothing else does. */
async function readVersion(): Promise<string> {
  const document: unknown = await (await callForBytes('getOpenApi')).json();
  return String(Object(Object(document).info).version);
}
