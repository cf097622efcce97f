# Ce que disent les fenêtres. Le trait bas précède la lettre qui y mène avec Alt ; aucune lettre deux fois dans
# une fenêtre.

cancel = _Annuler
close = _Fermer
ok = _Valider
choose = C_hoisir

# Écrire un message
compose-title = Nouveau message
send = _Envoyer
sending = Envoi en cours…
from = _De
to = _À
cc = C_c
bcc = Cc_i
subject = O_bjet
body = Message
files = Fichiers joints
attach = _Joindre
attach-files = Joindre des fichiers
remove-file = Retirer { $name }
suggestions = Suggestions
no-recipient = Indiquez à qui le message est destiné.
no-subject-question = Envoyer sans objet ?
send-anyway = _Envoyer
discard-question = Abandonner ce message ?
discard-explained = Ce que vous avez écrit sera perdu.
discard = A_bandonner
keep-writing = _Continuer à écrire
unfinished = Un message n’a pas été terminé : « { $subject } ».
unfinished-open = Ou_vrir
unfinished-discard = Le _supprimer
name-of-nobody = Personne ne porte le nom « { $name } ».
name-of-several = Plusieurs personnes portent le nom « { $name } ».

# Personnes
address-title = Carnet d’adresses
search-people = Chercher des personnes
people = Personnes
search-hint = Tapez un nom pour chercher des personnes.
nobody-found = Personne n’a été trouvé
more-people = Il y en a d’autres : précisez le nom.
a-list = Liste de diffusion
add-to-field = Ajouter à { $field }
resolve-title = De qui s’agit-il ?
resolve-question = Plusieurs personnes portent le nom « { $text } ». Laquelle voulez-vous ?
resolve-people = Personnes de ce nom
looking = Recherche en cours…
details-title = Détails
details-members = { $count ->
    [one] Un membre
   *[other] { $count } membres
}

# Ouvrir une session
logon-title = Se connecter à la messagerie
log-on = _Se connecter
logging-on = Connexion en cours…
profile = P_rofil
password = _Mot de passe
password-of = Le mot de passe du profil « { $profile } » est demandé.
password-wanted = Un mot de passe est demandé.
add-account = Ajouter un _compte…

# Un nouveau compte
account-title = Ajouter un compte
account-explained = Il faut un compte pour envoyer du courrier. Dites qui vous êtes ; les réglages seront cherchés.
your-name = Votre _nom
address = A_dresse électronique
address-wanted = Écrivez votre adresse électronique en entier, comme ada@example.org.
password-missing = Écrivez le mot de passe de votre messagerie.
continue = C_ontinuer
finding = Recherche des réglages…
found-from = Ces réglages viennent de { $source }.
found-known = la liste des fournisseurs connus
found-dns = l’annuaire DNS de votre domaine
found-nothing = Aucun réglage n’a été trouvé pour cette adresse. Votre fournisseur peut vous les donner.
hint-app-password = Ce fournisseur demande un mot de passe réservé aux logiciels de messagerie, au lieu du vôtre : { $page }
hint-enable = Ce fournisseur demande d’autoriser d’abord les logiciels de messagerie : { $page }
hint-oauth-only = Ce fournisseur n’accepte pas de mot de passe des logiciels de messagerie.
hint-elsewhere = Seul l’annuaire DNS dit que votre courrier est chez { $host } : est-ce votre fournisseur ?
outgoing = Envoi
outgoing-host = _Serveur
outgoing-port = Por_t
outgoing-security = _Protection
outgoing-user = Nom d’_utilisateur
has-incoming = _Lire aussi le courrier
incoming = Lecture
incoming-host = Ser_veur IMAP
incoming-port = Port _IMAP
incoming-security = Protecti_on IMAP
incoming-user = Utilisateu_r IMAP
security-tls = TLS
security-starttls = STARTTLS
security-none = Aucune (seulement sur cet ordinateur)
try-and-save = _Essayer et enregistrer
trying = Connexion aux serveurs…
keeping = Enregistrement…
problem-settings = Les réglages ne sont pas complets : { $reason }
problem-outgoing = L’envoi ne marche pas : { $reason }
problem-incoming = La lecture ne marche pas : { $reason }
problem-keyring = Le mot de passe ne peut pas être conservé : { $reason }
problem-configuration = Le compte ne peut pas être enregistré : { $reason }

# Le logiciel de messagerie
no-mail-program = il n’y a pas de logiciel de messagerie qui prenne les messages des autres
no-window = aucune fenêtre n’a pu être montrée
