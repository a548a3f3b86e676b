// The packs of stickers and emoticons of a room. A chunk of its own, as is what changes them.
import type { ImagePack, Room, Session } from "@herold/engine";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { lazy, Suspense, useEffect, useId, useRef, useState } from "react";

import type { PackEditorModel } from "../../models/packs/pack-editor.model.ts";
import { type PackNews, PacksModel } from "../../models/packs/packs.model.ts";
import { Button, IconButton } from "../../parts/button.tsx";
import { Toggle } from "../../parts/check.tsx";
import { isFocusLost } from "../../parts/focus.ts";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { useSay } from "../../parts/texts.tsx";
import { PackTile } from "./pack-tile.view.tsx";
import styles from "./packs.module.css";
import settings from "./room-settings.module.css";

const PackEditorView = lazy(() =>
  import("./pack-editor.view.tsx").then(({ PackEditorView }) => ({ default: PackEditorView })),
);

/** As many as tell what a pack is like. */
const PICTURES_SHOWN = 4;

export function PackSettings({ session, room }: { session: Session; room: Room }) {
  const say = useSay();
  const [model] = useState(() => new PacksModel(session, room));
  useEffect(() => void model.load(), [model]);
  const packs = useLive(model.all);
  const mayChange = useLive(model.mayChange);
  const failure = useLive(model.failure);
  const { space } = useLive(room.summary);
  const [editor, setEditor] = useState<PackEditorModel>();
  const heading = useId();
  if (!failure && (!packs || (packs.length === 0 && !mayChange))) return null;
  return (
    <section className={settings.section} aria-labelledby={heading}>
      <h3 id={heading} className={settings.heading}>
        {say("packs.title")}
      </h3>
      {space && <p className={settings.muted}>{say("packs.space")}</p>}
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <Packs model={model} packs={packs ?? []} onEdit={(pack) => setEditor(model.editor(pack))} />
      {editor && (
        <Suspense fallback={null}>
          <PackEditorView
            model={editor}
            room={room}
            onClose={() => setEditor(undefined)}
            onSaved={() => {
              model.tellSaved(editor.shownName());
              setEditor(undefined);
            }}
          />
        </Suspense>
      )}
    </section>
  );
}

interface PacksProps {
  readonly model: PacksModel;
  readonly packs: readonly ImagePack[];
  readonly onEdit: (pack: ImagePack | undefined) => void;
}

function Packs({ model, packs, onEdit }: PacksProps) {
  const say = useSay();
  const mayChange = useLive(model.mayChange);
  const news = useLive(model.news);
  const [removed, setRemoved] = useState<ImagePack>();
  const add = useRef<HTMLButtonElement>(null);
  // With a pack its buttons went, and one of them would have the focus again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at when the question is gone, and when the pack is
  useEffect(() => {
    if (news?.what === "removed" && isFocusLost()) add.current?.focus();
  }, [packs, news, removed]);
  return (
    <>
      <ul className={styles.packs}>
        {packs.map((pack) => (
          <PackView
            key={pack.key}
            pack={pack}
            onEverywhere={(on) => void model.setEverywhere(pack, on)}
            onEdit={mayChange ? () => onEdit(pack) : undefined}
            onRemove={() => setRemoved(pack)}
          />
        ))}
      </ul>
      {mayChange && (
        <Button ref={add} icon={Plus} onPress={() => onEdit(undefined)}>
          {say("packs.new")}
        </Button>
      )}
      <News news={news} />
      {removed && <Removing model={model} pack={removed} onClose={() => setRemoved(undefined)} />}
    </>
  );
}

interface PackProps {
  readonly pack: ImagePack;
  readonly onEverywhere: (on: boolean) => void;
  /** Nothing for whoever may not change it. */
  readonly onEdit: (() => void) | undefined;
  readonly onRemove: () => void;
}

function PackView({ pack, onEverywhere, onEdit, onRemove }: PackProps) {
  const say = useSay();
  const { name, images, uses, attribution, everywhere } = pack;
  const about = [
    say("packs.count", { count: images.length }),
    ...(uses.stickers ? [say("packs.stickers")] : []),
    ...(uses.emoticons ? [say("packs.emoticons")] : []),
  ];
  return (
    <li className={styles.pack}>
      <div className={settings.line}>
        <div className={styles.words}>
          <h4 className={styles.name}>{name}</h4>
          <p className={settings.muted}>{about.join(" · ")}</p>
          {attribution && <p className={settings.muted}>{attribution}</p>}
        </div>
        {onEdit && (
          <div className={styles.actions}>
            <IconButton icon={Pencil} label={say("packs.edit", { name })} onPress={onEdit} />
            <IconButton icon={Trash2} label={say("packs.remove", { name })} onPress={onRemove} />
          </div>
        )}
      </div>
      <div className={styles.few}>
        {images.slice(0, PICTURES_SHOWN).map((image) => (
          <PackTile key={image.shortcode} image={image} alt={image.description} />
        ))}
      </div>
      <Toggle checked={everywhere} onChange={onEverywhere}>
        {say("packs.everywhere")} <span className="visually-hidden">{name}</span>
      </Toggle>
    </li>
  );
}

function News({ news }: { news: PackNews | undefined }) {
  const say = useSay();
  return (
    <p className="visually-hidden" role="status">
      {news && say(`packs.${news.what}`, { name: news.name })}
    </p>
  );
}

interface RemovingProps {
  readonly model: PacksModel;
  readonly pack: ImagePack;
  readonly onClose: () => void;
}

function Removing({ model, pack, onClose }: RemovingProps) {
  const say = useSay();
  const busy = useLive(model.removing.busy);
  const failure = useLive(model.removing.failure);
  return (
    <ReasonDialog
      title={say("packs.remove", { name: pack.name })}
      text={<p>{say("packs.remove-text")}</p>}
      action={say("packs.remove-action")}
      busy={busy}
      failure={failure}
      onClose={() => {
        model.removing.forget();
        onClose();
      }}
      onConfirm={() => void model.remove(pack).then((done) => done && onClose())}
    />
  );
}
