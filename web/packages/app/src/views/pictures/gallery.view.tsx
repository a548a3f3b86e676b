// One picture after the other, as large as the screen: arrows and swipes go on, plus and minus and fingers zoom.
import { ChevronLeft, ChevronRight, Download, MessageSquareText, X, ZoomIn, ZoomOut } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState, type WheelEvent } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";

import { type Lie, moved, type Shown, WHOLE, zoomed } from "../../models/pictures/gallery.ts";
import { IconButton } from "../../parts/button.tsx";
import { useCloseRequest } from "../../parts/close-request.ts";
import { useFile } from "../../parts/file-address.ts";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { WordsView } from "../../parts/words.tsx";
import { fileName } from "../../texts/short-words.ts";
import { fullTime } from "../../texts/times.ts";
import { Blurhash } from "./blurhash.view.tsx";
import styles from "./gallery.module.css";

interface Props {
  /** The oldest first. */
  readonly pictures: readonly Shown[];
  /** The one that is shown first. */
  readonly first: string;
  readonly loadOlder: () => void;
  /** Leads to the message of a picture, where that is not what is behind. */
  readonly show?: (id: string) => void;
  readonly close: () => void;
}

export function GalleryView({ pictures, first, loadOlder, show, close }: Props) {
  const say = useSay();
  const [id, setId] = useState(first);
  const at = pictures.findIndex((picture) => picture.id === id);
  const picture = pictures[at];
  useCloseRequest(close);
  const go = (by: 1 | -1): void => {
    const next = pictures[at + by];
    if (next) setId(next.id);
    // Older ones come while one looks at the oldest that is here.
    if (by < 0 && at <= 1) loadOlder();
  };
  return (
    <ModalOverlay isOpen className={styles.overlay ?? ""} onOpenChange={(open) => !open && close()}>
      <Modal className={styles.frame ?? ""}>
        <Dialog
          className={styles.dialog ?? ""}
          aria-label={picture ? say("pictures.title", { name: picture.content.name }) : say("pictures.gone")}
        >
          {picture ? (
            <PictureStage
              key={picture.id}
              picture={picture}
              go={go}
              hasNext={at < pictures.length - 1}
              hasPrevious={at > 0}
              show={show}
              close={close}
            />
          ) : (
            <>
              <IconButton icon={X} label={say("common.close")} onPress={close} />
              <p role="status">{say("pictures.gone")}</p>
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface StageProps {
  readonly picture: Shown;
  readonly go: (by: 1 | -1) => void;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  readonly show: Props["show"];
  readonly close: () => void;
}

const STEP = 1.5;

function PictureStage({ picture, go, hasNext, hasPrevious, show, close }: StageProps) {
  const { say, locale } = useTexts();
  const { content, sender, atMs } = picture;
  const [lie, setLie] = useState<Lie>(WHOLE);
  const stage = useRef<HTMLDivElement>(null);
  // The keys are for the picture, whichever button led to it.
  useEffect(() => stage.current?.focus(), []);
  const whole = useFile(content.source, { wanted: true });
  const zoom = (factor: number): void => setLie(zoomed(lie, factor, { x: 0, y: 0 }));
  const keys = (event: KeyboardEvent): void => {
    // A video has keys of its own.
    if (event.target instanceof HTMLVideoElement) return;
    if (event.key === "ArrowLeft") go(-1);
    else if (event.key === "ArrowRight") go(1);
    else if (event.key === "+" || event.key === "=") zoom(STEP);
    else if (event.key === "-") zoom(1 / STEP);
    else if (event.key === "0") setLie(WHOLE);
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: everything has a button as well
    <div ref={stage} className={styles.stage} tabIndex={-1} onKeyDown={keys}>
      <div className={styles.head}>
        <div className={styles.about}>
          <h2>{fileName(content, say)}</h2>
          <p>
            {sender.name}, {fullTime(atMs, locale)}
          </p>
        </div>
        {content.kind === "image" && (
          <>
            <IconButton
              icon={ZoomOut}
              label={say("pictures.smaller")}
              isDisabled={lie.scale === 1}
              onPress={() => zoom(1 / STEP)}
            />
            <IconButton icon={ZoomIn} label={say("pictures.larger")} onPress={() => zoom(STEP)} />
          </>
        )}
        {whole.kind === "ready" && (
          <a
            className={styles.save}
            href={whole.address}
            download={content.name}
            aria-label={say("message.download")}
          >
            <Download aria-hidden size={20} />
          </a>
        )}
        {show && (
          <IconButton icon={MessageSquareText} label={say("message.show")} onPress={() => show(picture.id)} />
        )}
        <IconButton icon={X} label={say("common.close")} onPress={close} />
      </div>
      <div className={styles.middle}>
        <IconButton
          icon={ChevronLeft}
          label={say("pictures.previous")}
          isDisabled={!hasPrevious}
          onPress={() => go(-1)}
        />
        {whole.kind === "ready" ? (
          <Whole content={content} address={whole.address} lie={lie} setLie={setLie} go={go} />
        ) : (
          <div className={styles.waiting}>
            {content.picture.blurhash && whole.kind === "loading" && (
              <Blurhash hash={content.picture.blurhash} />
            )}
            <p role="status">{say(whole.kind === "failed" ? "message.picture-failed" : "common.loading")}</p>
          </div>
        )}
        <IconButton
          icon={ChevronRight}
          label={say("pictures.next")}
          isDisabled={!hasNext}
          onPress={() => go(1)}
        />
      </div>
      {content.caption && (
        <div className={styles.caption}>
          <WordsView words={content.caption} onMatrixLink={() => undefined} />
        </div>
      )}
    </div>
  );
}

interface WholeProps {
  readonly content: Shown["content"];
  readonly address: string;
  readonly lie: Lie;
  readonly setLie: (lie: Lie) => void;
  readonly go: (by: 1 | -1) => void;
}

function Whole({ content, address, lie, setLie, go }: WholeProps) {
  const gestures = useGestures(lie, setLie, go);
  if (content.kind === "video") {
    // biome-ignore lint/a11y/useMediaCaption: nobody wrote captions for what a person filmed
    return <video src={address} controls autoPlay className={styles.whole} />;
  }
  return (
    <div className={styles.view} {...gestures}>
      <img
        src={address}
        alt={content.name}
        className={styles.whole}
        draggable={false}
        style={{ transform: `translate(${lie.x}px, ${lie.y}px) scale(${lie.scale})` }}
      />
    </div>
  );
}

/** Farther than this is a swipe. */
const SWIPE_PX = 60;

interface Touch {
  readonly x: number;
  readonly y: number;
}

/** One finger moves or swipes, two zoom; so do the wheel and a double click. */
function useGestures(lie: Lie, setLie: (lie: Lie) => void, go: (by: 1 | -1) => void) {
  const touches = useRef(new Map<number, Touch>());
  const swiped = useRef(0);
  const middle = (event: { clientX: number; clientY: number; currentTarget: Element }): Touch => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
  };
  const distance = (): number => {
    const [one, other] = [...touches.current.values()];
    return one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
  };
  const end = (event: PointerEvent): void => {
    touches.current.delete(event.pointerId);
    if (touches.current.size > 0) return;
    if (lie.scale === 1 && Math.abs(swiped.current) > SWIPE_PX) go(swiped.current > 0 ? -1 : 1);
    swiped.current = 0;
  };
  return {
    onWheel: (event: WheelEvent) => setLie(zoomed(lie, event.deltaY < 0 ? 1.2 : 1 / 1.2, middle(event))),
    onDoubleClick: (event: React.MouseEvent) =>
      setLie(lie.scale > 1 ? WHOLE : zoomed(lie, 2.5, middle(event))),
    onPointerDown: (event: PointerEvent) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      touches.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    onPointerMove: (event: PointerEvent) => {
      const before = touches.current.get(event.pointerId);
      if (!before) return;
      const apart = distance();
      touches.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (apart > 0) {
        setLie(zoomed(lie, distance() / apart, middle(event)));
        return;
      }
      swiped.current += event.clientX - before.x;
      setLie(moved(lie, event.clientX - before.x, event.clientY - before.y));
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
