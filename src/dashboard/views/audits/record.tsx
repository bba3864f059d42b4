import { Link } from 'wouter';
import { Page } from '../../app/page.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { RecordForm } from './record-form.tsx';
import { auditWords } from './words.ts';

/** An auditor says what was found at a facility. */
export default function RecordAudit() {
  const { form: words } = useWords(auditWords);
  const { session } = useSession();
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <Link href="/audits" className="button">
          {words.back}
        </Link>
      }
    >
      {session.readsOnly ? <p className="note note--warn">{words.readsOnly}</p> : <RecordForm />}
    </Page>
  );
}
