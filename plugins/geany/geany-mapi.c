/*
 * geany-mapi: Tools > Send by Mail, through Simple MAPI.
 *
 *     cc -shared -fPIC geany-mapi.c $(pkg-config --cflags --libs geany simplemapi) -o geany-mapi.so
 */
#include <geanyplugin.h>
#include <glib/gstdio.h>
#include <mapi.h>

/* One message on its way. Its thread has it to itself until `done` is called. */
typedef struct {
    gchar *to, *subject, *text, *folder, *path;
    gchar *told; /* why it was not sent; or "sent", or that it waits in the outbox */
    gboolean failed;
    GThread *thread;
} Sending;

enum { KEY_SEND, KEY_COUNT };

static GtkWidget *window, *menu_item;
static gchar *last_recipients;
static GSList *on_their_way;

static void remove_file(Sending *sending)
{
    if (sending->path != NULL)
        g_remove(sending->path);
    if (sending->folder != NULL)
        g_rmdir(sending->folder);
}

static void give_up(Sending *sending)
{
    remove_file(sending);
    g_free(sending->to);
    g_free(sending->subject);
    g_free(sending->text);
    g_free(sending->folder);
    g_free(sending->path);
    g_free(sending->told);
    g_free(sending);
}

/* Back in Geany's own thread. */
static gboolean done(gpointer data)
{
    Sending *sending = data;

    g_thread_join(sending->thread);
    on_their_way = g_slist_remove(on_their_way, sending);
    remove_file(sending); /* a person may look at what follows for long */
    if (!sending->failed)
        ui_set_statusbar(TRUE, "Mail \"%s\" to %s: %s", sending->subject, sending->to,
                         sending->told);
    else
        dialogs_show_msgbox(GTK_MESSAGE_ERROR, "\"%s\" was not sent: %s", sending->subject,
                            sending->told);
    give_up(sending);
    return G_SOURCE_REMOVE;
}

/* The editor goes on meanwhile. */
static gpointer send_it(gpointer data)
{
    Sending *sending = data;
    gchar **people = g_strsplit_set(sending->to, ",;", -1);
    MapiRecipDesc *recipients = g_new0(MapiRecipDesc, g_strv_length(people) + 1);
    MapiFileDesc file = { 0 };
    MapiMessage message = { 0 };
    char told[4096] = "";
    guint i;

    for (i = 0; people[i] != NULL; i++) {
        if (*g_strstrip(people[i]) == '\0')
            continue; /* behind a comma at the end */
        recipients[message.nRecipCount].ulRecipClass = MAPI_TO;
        recipients[message.nRecipCount].lpszName = people[i]; /* an address will do */
        message.nRecipCount++;
    }
    file.nPosition = (ULONG)-1;
    file.lpszPathName = sending->path;
    message.ulReserved = CP_UTF8;
    message.lpszSubject = sending->subject;
    message.lpszNoteText = sending->text;
    message.lpRecips = recipients;
    message.nFileCount = sending->path != NULL;
    message.lpFiles = &file;
    sending->failed = MAPISendMail(lhSessionNull, 0, &message, 0, 0) != SUCCESS_SUCCESS;
    SimpleMapiLastError(told, sizeof told);
    sending->told = g_strdup(told);
    g_free(recipients);
    g_strfreev(people);
    g_idle_add(done, sending);
    return NULL;
}

/* The document as it is on the screen, in a file: with its name, in the encoding it is saved in. */
static gboolean write_file(GeanyDocument *document, Sending *sending, const gchar *name)
{
    gchar *text = sci_get_contents(document->editor->sci, -1), *encoded;
    gsize length = 0;
    GError *error = NULL;

    /* "None" is what a file has that Geany could not make sense of. */
    encoded = g_convert(text, -1, g_strcmp0(document->encoding, "None") != 0 ? document->encoding
                                                                            : "UTF-8",
                        "UTF-8", NULL, &length, &error);
    if (encoded != NULL)
        sending->folder = g_dir_make_tmp("mapi-XXXXXX", &error);
    if (sending->folder != NULL) {
        sending->path = g_build_filename(sending->folder, name, NULL);
        g_file_set_contents(sending->path, encoded, (gssize)length, &error);
    }
    if (error != NULL)
        dialogs_show_msgbox(GTK_MESSAGE_ERROR, "\"%s\" was not sent: %s", name, error->message);
    g_free(encoded);
    g_free(text);
    if (error == NULL)
        return TRUE;
    g_error_free(error);
    return FALSE;
}

static GtkWidget *entry(GtkGrid *grid, const gchar *label, gint row, const gchar *text)
{
    GtkWidget *made = gtk_entry_new();

    gtk_grid_attach(grid, gtk_label_new(label), 0, row, 1, 1);
    gtk_grid_attach(grid, made, 1, row, 1, 1);
    gtk_widget_set_hexpand(made, TRUE);
    gtk_entry_set_text(GTK_ENTRY(made), text != NULL ? text : "");
    gtk_entry_set_activates_default(GTK_ENTRY(made), TRUE);
    return made;
}

/* Asks whom it is for. A selection is what is sent, unless it is to be the file. */
static void ask_and_send(GeanyDocument *document)
{
    gchar *name = g_path_get_basename(DOC_FILENAME(document));
    Sending *sending = g_new0(Sending, 1);
    ScintillaObject *sci = document->editor->sci;
    GtkWidget *dialog, *grid, *to, *subject, *as_file;
    gboolean ready = FALSE;

    dialog = gtk_dialog_new_with_buttons("Send by Mail", GTK_WINDOW(window), GTK_DIALOG_MODAL,
                                         "_Cancel", GTK_RESPONSE_CANCEL, "_Send",
                                         GTK_RESPONSE_ACCEPT, NULL);
    gtk_dialog_set_default_response(GTK_DIALOG(dialog), GTK_RESPONSE_ACCEPT);
    grid = gtk_grid_new();
    gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
    gtk_grid_set_column_spacing(GTK_GRID(grid), 6);
    gtk_container_set_border_width(GTK_CONTAINER(grid), 6);
    to = entry(GTK_GRID(grid), "To:", 0, last_recipients);
    subject = entry(GTK_GRID(grid), "Subject:", 1, name);
    as_file = gtk_check_button_new_with_mnemonic("As a _file, not as the text");
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(as_file), !sci_has_selection(sci));
    gtk_grid_attach(GTK_GRID(grid), as_file, 1, 2, 1, 1);
    gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(dialog))), grid, TRUE, TRUE, 0);
    gtk_widget_show_all(dialog);
    if (gtk_dialog_run(GTK_DIALOG(dialog)) == GTK_RESPONSE_ACCEPT) {
        sending->to = g_strdup(gtk_entry_get_text(GTK_ENTRY(to)));
        sending->subject = g_strdup(gtk_entry_get_text(GTK_ENTRY(subject)));
        SETPTR(last_recipients, g_strdup(sending->to));
        if (gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(as_file))) {
            ready = write_file(document, sending, name);
        } else {
            sending->text = sci_has_selection(sci) ? sci_get_selection_contents(sci)
                                                   : sci_get_contents(sci, -1);
            ready = TRUE;
        }
    }
    gtk_widget_destroy(dialog);
    g_free(name);
    if (ready) {
        on_their_way = g_slist_prepend(on_their_way, sending);
        sending->thread = g_thread_new("mapi", send_it, sending);
    } else {
        give_up(sending);
    }
}

static void on_send(GtkMenuItem *item, gpointer data)
{
    GeanyDocument *document = document_get_current();

    (void)item;
    (void)data;
    if (document != NULL)
        ask_and_send(document);
}

static void on_key(guint key)
{
    (void)key;
    on_send(NULL, NULL);
}

static gboolean start(GeanyPlugin *plugin, gpointer data)
{
    GeanyKeyGroup *keys = plugin_set_key_group(plugin, "mapi", KEY_COUNT, NULL);

    (void)data;
    /* A thread may be in this code when Geany lets go of it. */
    plugin_module_make_resident(plugin);
    window = plugin->geany_data->main_widgets->window;
    menu_item = gtk_menu_item_new_with_mnemonic("Send by _Mail...");
    gtk_container_add(GTK_CONTAINER(plugin->geany_data->main_widgets->tools_menu), menu_item);
    g_signal_connect(menu_item, "activate", G_CALLBACK(on_send), NULL);
    ui_add_document_sensitive(menu_item);
    gtk_widget_show(menu_item);
    keybindings_set_item(keys, KEY_SEND, on_key, 0, 0, "send", "Send by mail", menu_item);
    return TRUE;
}

/* What is on its way arrives first. */
static void stop(GeanyPlugin *plugin, gpointer data)
{
    (void)plugin;
    (void)data;
    while (on_their_way != NULL)
        g_main_context_iteration(NULL, TRUE);
    gtk_widget_destroy(menu_item);
    g_free(last_recipients);
    last_recipients = NULL;
}

G_MODULE_EXPORT void geany_load_module(GeanyPlugin *plugin)
{
    plugin->info->name = "Send by Mail";
    plugin->info->description = "Sends what is on the screen through Simple MAPI";
    plugin->info->version = "0.1.0";
    plugin->info->author = "The simplemapi contributors";
    plugin->funcs->init = start;
    plugin->funcs->cleanup = stop;
    GEANY_PLUGIN_REGISTER(plugin, 225);
}
