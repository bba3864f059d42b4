import { type ReactNode, useEffect, useRef, useState } from 'react';
import {
  Button,
  Dialog,
  DialogTrigger,
  Form,
  Heading,
  Label,
  Modal,
  ModalOverlay,
  Text,
  TextArea,
  TextField,
} from 'react-aria-components';
import type { Answer, OperationId } from '../api/call.ts';
import { useChange } from '../api/change.ts';
import type { Topic } from '../api/topics.ts';
import { useAnnounce } from '../app/announce.tsx';
import { useWords } from '../words/language.tsx';
import { shellWords } from '../words/shell.ts';
import { ProblemNote } from './state.tsx';

export type ReasonDialogProps<O extends OperationId> = {
  /** The button that opens it, and the one that does it. */
  readonly label: string;
  /** What will happen, in a sentence: people read it before they do it. */
  readonly explanation: ReactNode;
  readonly operation: O;
  /** What is asked, with the reason that was given. */
  readonly asked: (reason: string) => Parameters<ReturnType<typeof useChange<O>>['mutate']>[0];
  /** What it changes. */
  readonly touches: readonly Topic[];
  /** Announced once it is done, also where what was done takes this dialog away. */
  readonly done: string;
  /** Given what the verifier answered, e.g. a secret that it says once. */
  readonly onAnswer?: (answer: Answer<O>) => void;
  /**
   * What is written where it is no reason, e.g. a reference; `asked` is given it all the same. Null where
   * the verifier takes no reason: it is only confirmed, and `asked` is given an empty text.
   */
  readonly field?: { readonly label: string; readonly hint: string } | null;
  /** At most this many characters; 500 unless given. */
  readonly most?: number;
  /** For what is not easily undone. */
  readonly grave?: boolean;
  /** Further fields, read by the view itself. */
  readonly children?: ReactNode;
};

/** Does something that is recorded with its reason: opened by a button, done once, refusals shown where they happened. */
export function ReasonDialog<O extends OperationId>({
  label,
  grave = false,
  ...inside
}: ReasonDialogProps<O>) {
  const [open, setOpen] = useState(false);
  const used = useRef(false);
  useEffect(
    () => () => {
      if (used.current) requestAnimationFrame(focusWhereLost);
    },
    [],
  );
  const look = grave ? 'button button--grave' : 'button';
  return (
    <DialogTrigger
      isOpen={open}
      onOpenChange={(isOpen) => {
        used.current ||= isOpen;
        setOpen(isOpen);
      }}
    >
      <Button className={look}>{label}</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog className="dialog">
            <Heading slot="title">{label}</Heading>
            <ReasonForm {...inside} label={label} look={look} close={() => setOpen(false)} />
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

type ReasonFormProps<O extends OperationId> = Omit<ReasonDialogProps<O>, 'grave'> & {
  readonly look: string;
  readonly close: () => void;
};

/** Apart from its dialog, so that each opening begins anew: an empty reason, a new key. */
function ReasonForm<O extends OperationId>(props: ReasonFormProps<O>) {
  const { label, explanation, operation, asked, touches, done, children, look, close, most = 500 } = props;
  const { onAnswer } = props;
  const { dialog } = useWords(shellWords);
  const { field = { label: dialog.reason, hint: dialog.reasonHint } } = props;
  const announce = useAnnounce();
  const change = useChange(operation, touches);
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        if (change.isPending) return;
        const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim();
        void change.mutateAsync(asked(reason)).then(
          (answer) => {
            onAnswer?.(answer);
            announce(done);
            close();
          },
          () => undefined, // shown below
        );
      }}
    >
      <p>{explanation}</p>
      {children}
      {field !== null && (
        <TextField name="reason" isRequired className="field" maxLength={most}>
          <Label>{field.label}</Label>
          <TextArea className="input" rows={3} />
          <Text slot="description">{field.hint}</Text>
        </TextField>
      )}
      {change.error !== null && <ProblemNote error={change.error} />}
      <div className="dialog__buttons">
        <Button className="button" onPress={close}>
          {dialog.cancel}
        </Button>
        {/* Not disabled meanwhile: a disabled button loses the focus, and Escape goes nowhere. */}
        <button
          type="submit"
          className={look === 'button' ? 'button button--main' : look}
          aria-disabled={change.isPending}
        >
          {label}
        </button>
      </div>
    </Form>
  );
}

/** What was done may have taken away the very button that opened this: whoever has no pointer goes on from the heading. */
function focusWhereLost(): void {
  if (document.activeElement === document.body) {
    document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }
}
