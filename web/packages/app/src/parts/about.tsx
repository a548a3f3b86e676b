// What a panel tells about somebody or something: its face and name, and below them what belongs to it, in sections.
import { type ComponentProps, type ReactNode, useId } from "react";

import styles from "./about.module.css";
import { Avatar } from "./avatar.tsx";

export function About({ children }: { children: ReactNode }) {
  return <div className={styles.about}>{children}</div>;
}

type PortraitProps = Omit<ComponentProps<typeof Avatar>, "size"> & { readonly children?: ReactNode };

export function Portrait({ children, ...who }: PortraitProps) {
  return (
    <div className={styles.portrait}>
      <Avatar {...who} size="large" />
      <h3 className={styles.name}>{who.name}</h3>
      {children}
    </div>
  );
}

export function AboutSection({ title, children }: { title: string; children: ReactNode }) {
  const titleId = useId();
  return (
    <section className={styles.section} aria-labelledby={titleId}>
      <h3 className={styles.heading} id={titleId}>
        {title}
      </h3>
      {children}
    </section>
  );
}
