import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Button, FieldError, Form, Input, Label, Text, TextField } from 'react-aria-components';
import mark from '../app/mark.svg';
import { Choices } from '../app/preferences.tsx';
import { ProblemNote } from '../parts/state.tsx';
import { Told } from '../parts/told.tsx';
import { useWords } from '../words/language.tsx';
import { shellWords } from '../words/shell.ts';
import { type Session, signInMethods, signInWithIssuer, signInWithToken } from './session.ts';

export type SignInProps = {
  /** Whether somebody was signed in here until now. */
  readonly expired: boolean;
  readonly onSignedIn: (session: Session) => void;
};

/** The way in: by the issuers that the verifier names, and by a token where it takes them. */
export function SignIn({ expired, onSignedIn }: SignInProps) {
  const words = useWords(shellWords);
  const { data: methods, error, refetch } = useQuery({ queryKey: ['sign-in'], queryFn: signInMethods });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${words.signIn.title} · ${words.product}`;
    heading.current?.focus();
  }, [words]);
  // Where the verifier sends whoever an issuer has not let in: `/sign-in?error=CODE`.
  const refused = new URLSearchParams(location.search).get('error');
  return (
    <main className="sign-in">
      <header className="sign-in__head">
        <img src={mark} alt="" width="40" height="40" />
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {words.signIn.title}
          </h1>
          <p>{words.tagline}</p>
        </div>
      </header>
      {expired && <p className="note note--warn">{words.signIn.expired}</p>}
      {refused !== null && (
        <p className="note note--bad">
          {words.signIn.refused}{' '}
          <span className="note__codes">
            {words.state.code} <Told text={refused} most={60} mono />
          </span>
        </p>
      )}
      {error !== null && <ProblemNote error={error} onAgain={() => void refetch()} />}
      {methods?.map((method) =>
        method.kind === 'token' ? (
          <TokenForm key="token" onSignedIn={onSignedIn} />
        ) : (
          <IssuerButton key={`oidc ${method.name}`} name={method.name} />
        ),
      )}
      <Choices />
    </main>
  );
}

function TokenForm({ onSignedIn }: Pick<SignInProps, 'onSignedIn'>) {
  const { signIn } = useWords(shellWords);
  const attempt = useMutation({ mutationFn: signInWithToken, onSuccess: onSignedIn });
  return (
    <Form
      className="sign-in__form"
      onSubmit={(event) => {
        event.preventDefault();
        attempt.mutate(String(new FormData(event.currentTarget).get('token')).trim());
      }}
    >
      <TextField name="token" type="password" isRequired autoComplete="off" className="field">
        <Label>{signIn.token}</Label>
        <Input className="input input--mono" spellCheck="false" />
        <Text slot="description">{signIn.tokenHint}</Text>
        <FieldError className="field__error" />
      </TextField>
      {attempt.error !== null && <ProblemNote error={attempt.error} />}
      <Button type="submit" className="button button--main" isDisabled={attempt.isPending}>
        {signIn.submit}
      </Button>
      <details>
        <summary>{signIn.where}</summary>
        <p>{signIn.whereAnswer}</p>
      </details>
    </Form>
  );
}

function IssuerButton({ name }: { readonly name: string }) {
  const { signIn } = useWords(shellWords);
  const attempt = useMutation({
    mutationFn: () => signInWithIssuer(location.pathname),
    onSuccess: (address) => location.assign(address),
  });
  return (
    <>
      {attempt.error !== null && <ProblemNote error={attempt.error} />}
      <Button className="button button--main" isDisabled={attempt.isPending} onPress={() => attempt.mutate()}>
        {signIn.withIssuer(name)}
      </Button>
    </>
  );
}
