// The documents that the operator wants people to agree to, in the person's language.
import type { TermsDocument } from "@herold/engine";

import { Check } from "../../parts/check.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { translationFor } from "../../texts/translations.ts";
import styles from "./sign-in.module.css";

interface Props {
  readonly terms: readonly TermsDocument[];
  readonly agreed: boolean;
  readonly onAgree: (agreed: boolean) => void;
}

export function TermsView({ terms, agreed, onAgree }: Props) {
  const say = useSay();
  const { locale } = useTexts();
  return (
    <div className={styles.terms}>
      <p>{say("sign-in.terms")}</p>
      <ul>
        {terms.map(({ id, languages }) => {
          const document = translationFor(languages, locale);
          return (
            document && (
              <li key={id}>
                <a
                  href={document.text.url}
                  target="_blank"
                  rel="noreferrer noopener"
                  lang={document.language}
                  hrefLang={document.language}
                >
                  {document.text.name}
                </a>
              </li>
            )
          );
        })}
      </ul>
      <Check checked={agreed} onChange={onAgree}>
        {say("sign-in.terms-agree")}
      </Check>
    </div>
  );
}
