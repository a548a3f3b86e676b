// A dialog in the middle of the screen; on a phone it rises from its lower edge.
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as Box, Heading, Modal, ModalOverlay } from "react-aria-components";

import { IconButton } from "./button.tsx";
import { useCloseRequest } from "./close-request.ts";
import styles from "./dialog.module.css";
import { Mishap } from "./mishap.tsx";
import { useSay } from "./texts.tsx";

interface Props {
  readonly title: string;
  /** For more than a question or two. */
  readonly wide?: boolean;
  /** Without it the dialog stays until what it asks for is done. */
  readonly onClose?: (() => void) | undefined;
  readonly children: ReactNode;
}

export function Dialog({ title, wide = false, onClose, children }: Props) {
  const say = useSay();
  useCloseRequest(onClose);
  return (
    <ModalOverlay
      isOpen
      className={styles.overlay ?? ""}
      // Something half done must not vanish because the finger slipped beside it.
      isDismissable={false}
      isKeyboardDismissDisabled={!onClose}
      onOpenChange={(open) => {
        if (!open) onClose?.();
      }}
    >
      <Modal className={`${styles.modal} ${wide ? styles.wide : ""}`}>
        <Box className={styles.box ?? ""}>
          <div className={styles.header}>
            <Heading slot="title" className={styles.title ?? ""}>
              {title}
            </Heading>
            {onClose && <IconButton icon={X} label={say("common.close")} onPress={onClose} />}
          </div>
          <div className={styles.body}>
            <Mishap place="part">{children}</Mishap>
          </div>
        </Box>
      </Modal>
    </ModalOverlay>
  );
}

/** What can be done, in a row that breaks where there is no room. The step that leads on comes first. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
