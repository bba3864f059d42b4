import { Link } from 'wouter';
import { Page } from '../../app/page.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { OrderForm } from './order-form.tsx';
import { challengeWords } from './words.ts';

/** An auditor orders challenges of devices that are drawn at random. */
export default function OrderChallenge() {
  const { form: words } = useWords(challengeWords);
  const { session } = useSession();
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <Link href="/challenges" className="button">
          {words.back}
        </Link>
      }
    >
      {session.readsOnly ? <p className="note note--warn">{words.readsOnly}</p> : <OrderForm />}
    </Page>
  );
}
