import { useChange } from '../../api/change.ts';
import type { Item } from '../../api/read.ts';
import { useAnnounce } from '../../app/announce.tsx';
import { Instant, When } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { ProblemNote } from '../../parts/state.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { Who } from '../../parts/who.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { webhookWords } from './words.ts';

type Webhook = Item<'listWebhooks'>;

export type WebhookPanelProps = {
  readonly webhook: Webhook;
  readonly mayChange: boolean;
  readonly onSecret: (secret: string | null) => void;
};

/** One webhook: what it has taken, how it fails, and what can be done about it. */
export function WebhookPanel({ webhook, mayChange, onSecret }: WebhookPanelProps) {
  const words = useWords(webhookWords);
  const formats = useFormats();
  const { types, failures } = webhook;
  return (
    <Panel title={toldText(webhook.url)} aside={<WebhookState webhook={webhook} />}>
      <Facts>
        <Fact name={words.id}>
          <Told text={webhook.id} mono />
        </Fact>
        <Fact name={words.types}>
          {types === null ? words.allTypes : <Told text={types.join(', ')} most={2000} mono />}
        </Fact>
        <Fact name={words.createdAt}>
          <Instant at={webhook.createdAt} /> · <Who id={webhook.principalId} />
        </Fact>
        <Fact name={words.cursor}>{formats.number(webhook.cursor)}</Fact>
        <Fact name={words.lastAttemptAt}>
          <Instant at={webhook.lastAttemptAt} />{' '}
          {webhook.lastResult !== null && <Told text={webhook.lastResult} />}
        </Fact>
        {failures > 0 && (
          <>
            <Fact name={words.failures}>{formats.number(failures)}</Fact>
            <Fact name={words.failingSince}>
              <Instant at={webhook.failingSince} />
            </Fact>
          </>
        )}
        {webhook.state === 'active' ? (
          failures > 0 && (
            <Fact name={words.nextAttemptAt}>
              <When at={webhook.nextAttemptAt} />
            </Fact>
          )
        ) : (
          <Fact name={words.disabledAt}>
            <Instant at={webhook.disabledAt} />
          </Fact>
        )}
      </Facts>
      {mayChange && <Actions webhook={webhook} onSecret={onSecret} />}
    </Panel>
  );
}

function WebhookState({ webhook: { state, failures } }: { readonly webhook: Webhook }) {
  const { states } = useWords(webhookWords);
  const stand = state === 'active' && failures > 0 ? 'failing' : state;
  const tones: { readonly [S in typeof stand]: Tone } = { active: 'good', failing: 'warn', disabled: 'bad' };
  return <Status tone={tones[stand]}>{states[stand]}</Status>;
}

function Actions({ webhook: { id, cursor }, onSecret }: Omit<WebhookPanelProps, 'mayChange'>) {
  const words = useWords(webhookWords);
  const announce = useAnnounce();
  const test = useChange('testWebhook', ['webhook']);
  const params = { webhookId: id };
  const say = ({ delivered, result }: { readonly delivered: boolean; readonly result: string }): string =>
    (delivered ? words.delivered : words.notDelivered)(toldText(result));
  return (
    <>
      <div className="acts">
        <button
          type="button"
          className="button"
          aria-disabled={test.isPending}
          onClick={() => {
            if (!test.isPending) test.mutate({ params }, { onSuccess: (found) => announce(say(found)) });
          }}
        >
          {test.isPending ? words.testing : words.test}
        </button>
        <ReasonDialog
          operation="replayEvents"
          label={words.replay}
          explanation={words.replayWhat}
          field={{ label: words.replayField, hint: `${words.replayHint} ${words.cursor}: ${cursor}.` }}
          asked={(after) => ({ params, body: { after: Number(after) } })}
          touches={['webhook']}
          done={words.replayed}
          most={15}
        />
        <ReasonDialog
          operation="rotateWebhookSecret"
          label={words.rotate}
          explanation={words.rotateWhat}
          field={null}
          asked={() => ({ params })}
          touches={['webhook']}
          done={words.rotated}
          onAnswer={({ secret = null }) => onSecret(secret)}
        />
        <ReasonDialog
          operation="removeWebhook"
          label={words.remove}
          explanation={words.removeWhat}
          field={null}
          asked={() => ({ params })}
          touches={['webhook']}
          done={words.removed}
          grave
        />
      </div>
      {test.data !== undefined && (
        <p>
          <Status tone={test.data.delivered ? 'good' : 'bad'}>{say(test.data)}</Status>
        </p>
      )}
      {test.error !== null && <ProblemNote error={test.error} />}
    </>
  );
}
