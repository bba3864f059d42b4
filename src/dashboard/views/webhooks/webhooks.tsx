import { useState } from 'react';
import { useAll } from '../../api/read-all.ts';
import { Page } from '../../app/page.tsx';
import { ShownOnce } from '../../parts/shown-once.tsx';
import { Empty, Shown } from '../../parts/state.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { AddWebhook } from './add-webhook.tsx';
import { WebhookPanel } from './webhook.tsx';
import { webhookWords } from './words.ts';

/** The webhooks of an organisation: how each fares, and what can be done about it. There are twenty at most. */
export default function Webhooks() {
  const words = useWords(webhookWords);
  const { session, may } = useSession();
  const read = useAll('listWebhooks', {}, { live: ['webhook'] });
  const [secret, setSecret] = useState<string | null>(null);
  const mayChange = may('webhooks:write') && !session.readsOnly;
  return (
    <Page title={words.title} lead={words.lead}>
      <div className="stack">
        {secret !== null && <ShownOnce label={words.secret} secret={secret} onDone={() => setSecret(null)} />}
        <Shown read={read}>
          {(all) => (
            <>
              {all.length === 0 && <Empty>{words.none}</Empty>}
              {all.map((webhook) => (
                <WebhookPanel key={webhook.id} {...{ webhook, mayChange }} onSecret={setSecret} />
              ))}
            </>
          )}
        </Shown>
        {mayChange && <AddWebhook onSecret={setSecret} />}
      </div>
    </Page>
  );
}
