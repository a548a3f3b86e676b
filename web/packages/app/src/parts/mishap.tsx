// What is shown where drawing failed, instead of nothing: a mistake of ours, what nobody thought an event could hold, or
// a part of the app that could not be fetched. It stays where it happened, whatever is around it goes on, and what people
// have is untouched by it.
import { Component, type ReactNode } from "react";

import { Button } from "./button.tsx";
import styles from "./mishap.module.css";
import { Notice } from "./notice.tsx";
import { Page } from "./page.tsx";
import { useSay } from "./texts.tsx";

/** The whole app; a part that stands in a place of its own, or over the others; one line among many. */
type Place = "app" | "part" | "over" | "line";

interface Props {
  readonly place: Place;
  /** What is drawn: another one is tried anew. */
  readonly of?: unknown;
  /** Where something was opened, which can be closed all the same. */
  readonly onClose?: (() => void) | undefined;
  readonly children: ReactNode;
}

export class Mishap extends Component<Props, { readonly failed: boolean }> {
  override readonly state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.failed && before.of !== this.props.of) this.#again();
  }

  override render(): ReactNode {
    return this.state.failed ? SORRY[this.props.place](this.#ways()) : this.props.children;
  }

  #ways(): Ways {
    return { again: this.#again, onClose: this.props.onClose };
  }

  readonly #again = (): void => this.setState({ failed: false });
}

interface Ways extends Pick<Props, "onClose"> {
  readonly again: () => void;
}

const SORRY: Record<Place, (ways: Ways) => ReactNode> = {
  app: () => <SorryApp />,
  part: (ways) => <SorryPart className={styles.part} {...ways} />,
  over: (ways) => <SorryPart className={styles.over} {...ways} />,
  line: () => <SorryLine />,
};

function SorryApp() {
  const say = useSay();
  return (
    <Page title={say("common.mishap-title")} text={say("common.mishap-text")}>
      <Button look="primary" onPress={() => location.reload()}>
        {say("common.mishap-reload")}
      </Button>
    </Page>
  );
}

function SorryPart({ className, again, onClose }: Ways & { className: string | undefined }) {
  const say = useSay();
  return (
    <div className={className}>
      <Notice kind="danger">
        <p>{say("common.mishap-part")}</p>
        <div className={styles.ways}>
          <Button onPress={again}>{say("common.retry")}</Button>
          <Button look="quiet" onPress={() => location.reload()}>
            {say("common.mishap-reload")}
          </Button>
          {onClose && (
            <Button look="quiet" onPress={onClose}>
              {say("common.close")}
            </Button>
          )}
        </div>
      </Notice>
    </div>
  );
}

function SorryLine() {
  const say = useSay();
  return <span className={styles.line}>{say("common.mishap-line")}</span>;
}
