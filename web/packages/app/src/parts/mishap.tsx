// What is shown where drawing failed, instead of nothing: a mistake of ours, or a part of the app that could not be
// fetched. What people have is untouched by it; the page is loaded anew.
import { Component, type ReactNode } from "react";

import { Button } from "./button.tsx";
import { Page } from "./page.tsx";
import { useSay } from "./texts.tsx";

interface Props {
  readonly children: ReactNode;
}

export class Mishap extends Component<Props, { readonly failed: boolean }> {
  override readonly state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Sorry /> : this.props.children;
  }
}

function Sorry() {
  const say = useSay();
  return (
    <Page title={say("common.mishap-title")} text={say("common.mishap-text")}>
      <Button look="primary" onPress={() => location.reload()}>
        {say("common.mishap-reload")}
      </Button>
    </Page>
  );
}
