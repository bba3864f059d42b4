import { useState } from 'react';
import { statesFor } from '../../../policy/register/device-acts.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { TextField, type TextFieldProps } from '../../parts/text-field.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import type { Status } from './standing.tsx';
import { deviceWords } from './words.ts';

const TOUCHES = ['device', 'grant', 'licence'] as const;
/** Further fields, as they stand in the dialogs: a number of days, a day of UTC, a tenant. */
const NOTHING_SAID = { days: '30', until: '', tenant: '' };

/** What the person may do with the device as it stands, by the register's own table of who may what from where; each with a reason. */
export function Actions({ status: { id, state } }: { readonly status: Status }) {
  const { acts: words } = useWords(deviceWords);
  const { session } = useSession();
  const [said, setSaid] = useState(NOTHING_SAID);
  if (session.readsOnly) return null;
  const can = (act: Parameters<typeof statesFor>[0]): boolean => statesFor(act, session.role).includes(state);
  const params = { deviceId: id };
  const asked = (reason: string) => ({ params, body: { reason } });
  const field = (name: keyof typeof NOTHING_SAID, how: Pick<TextFieldProps, 'type' | 'between'> = {}) => (
    <TextField
      {...how}
      label={words.fields[name]}
      value={said[name]}
      onChange={(value) => setSaid({ ...said, [name]: value })}
      required
    />
  );
  const common = { touches: TOUCHES, most: 2000 } as const;
  return (
    <>
      {can('ship') && (
        <ReasonDialog
          {...common}
          operation="shipDevice"
          label={words.ship}
          explanation={words.shipWhat}
          asked={(reason) => ({ params, body: { dueAfterDays: Number(said.days), reason } })}
          done={words.shipped}
        >
          {field('days', { type: 'number', between: [1, 90] })}
        </ReasonDialog>
      )}
      {can('maintain') && (
        <ReasonDialog
          {...common}
          operation="maintainDevice"
          label={words.maintain}
          explanation={words.maintainWhat}
          asked={(reason) => ({ params, body: { until: `${said.until}T00:00:00Z`, reason } })}
          done={words.maintained}
        >
          {field('until', { type: 'date' })}
        </ReasonDialog>
      )}
      {can('resume') && (
        <ReasonDialog
          {...common}
          operation="resumeDevice"
          label={words.resume}
          explanation={words.resumeWhat}
          asked={asked}
          done={words.resumed}
        />
      )}
      {can('transfer') && (
        <ReasonDialog
          {...common}
          operation="offerTransfer"
          label={words.transfer}
          explanation={words.transferWhat}
          asked={(reason) => ({ params, body: { toTenant: said.tenant.trim(), reason } })}
          done={words.offered}
        >
          {field('tenant')}
        </ReasonDialog>
      )}
      {can('return') && (
        <ReasonDialog
          {...common}
          operation="returnDevice"
          label={words.return}
          explanation={words.returnWhat}
          asked={asked}
          done={words.returned}
        />
      )}
      {can('retire') && (
        <ReasonDialog
          {...common}
          operation="retireDevice"
          label={words.retire}
          explanation={words.retireWhat}
          asked={asked}
          done={words.retired}
          grave
        />
      )}
    </>
  );
}
