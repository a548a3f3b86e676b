//! What the page for agreeing says, in each language, by its place.

use crate::language::Language;

pub(super) fn of(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::English => ENGLISH,
        Language::German => GERMAN,
        Language::French => FRENCH,
    }
}

const ENGLISH: &[(&str, &str)] = &[
    ("language", "en"),
    ("title", "Terms of use"),
    (
        "lead",
        "Before you go on, please read these documents. You can use your messages again as soon as you agree to them.",
    ),
    ("as", "You agree as"),
    ("agree", "I agree to all of these"),
    ("agreed", "Thank you, you have agreed. You can close this page and go back to your app."),
    (
        "ended",
        "This link is no longer valid. Go back to your app and try again there: it will show you a new link.",
    ),
    (
        "closed",
        "This account cannot be used at the moment. Ask the people who run the computers of your organisation.",
    ),
    (
        "broken",
        "This did not work, because the server cannot reach its data at the moment. Please try again in a few minutes.",
    ),
];

const GERMAN: &[(&str, &str)] = &[
    ("language", "de"),
    ("title", "Nutzungsbedingungen"),
    (
        "lead",
        "Bevor es weitergeht, lesen Sie bitte diese Dokumente. Sobald Sie ihnen zugestimmt haben, können Sie Ihre Nachrichten wieder nutzen.",
    ),
    ("as", "Sie stimmen zu als"),
    ("agree", "Ich stimme allen zu"),
    (
        "agreed",
        "Danke, Sie haben zugestimmt. Sie können diese Seite schließen und zu Ihrer App zurückkehren.",
    ),
    (
        "ended",
        "Dieser Link gilt nicht mehr. Gehen Sie zurück zu Ihrer App und versuchen Sie es dort noch einmal: Sie bekommen dann einen neuen Link.",
    ),
    (
        "closed",
        "Dieses Konto kann im Moment nicht genutzt werden. Fragen Sie die Menschen, die die Rechner Ihrer Organisation betreuen.",
    ),
    (
        "broken",
        "Das hat nicht geklappt, weil der Server seine Daten gerade nicht erreicht. Bitte versuchen Sie es in einigen Minuten noch einmal.",
    ),
];

const FRENCH: &[(&str, &str)] = &[
    ("language", "fr"),
    ("title", "Conditions d’utilisation"),
    (
        "lead",
        "Avant de continuer, veuillez lire ces documents. Dès que vous les aurez acceptés, vous pourrez de nouveau utiliser vos messages.",
    ),
    ("as", "Vous acceptez en tant que"),
    ("agree", "J’accepte tous ces documents"),
    ("agreed", "Merci, vous avez accepté. Vous pouvez fermer cette page et revenir à votre application."),
    (
        "ended",
        "Ce lien n’est plus valable. Revenez à votre application et réessayez\u{202f}: elle vous donnera un nouveau lien.",
    ),
    (
        "closed",
        "Ce compte ne peut pas être utilisé pour le moment. Adressez-vous aux personnes qui gèrent l’informatique de votre organisation.",
    ),
    (
        "broken",
        "Cela n’a pas fonctionné, car le serveur n’atteint pas ses données pour le moment. Veuillez réessayer dans quelques minutes.",
    ),
];
