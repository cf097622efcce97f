/*
 * A plugin of Geany that stands in for somebody at the keyboard: it writes into the document, chooses
 * "Send by Mail", fills in the window that comes, prints what Geany says, and leaves.
 */
#include <geanyplugin.h>
#include <stdio.h>
#include <stdlib.h>

static GeanyPlugin *geany;
static int asked, answered;

static void find(GtkWidget *widget, gpointer data)
{
    GPtrArray *found = data;

    g_ptr_array_add(found, widget);
    if (GTK_IS_CONTAINER(widget))
        gtk_container_forall(GTK_CONTAINER(widget), find, found);
}

/* The widgets inside, outermost first. */
static GPtrArray *inside(GtkWidget *widget)
{
    GPtrArray *found = g_ptr_array_new();

    find(widget, found);
    return found;
}

static void leave(const char *said)
{
    printf("geany: %s\n", said);
    fflush(stdout);
    _Exit(0);
}

static void fill_in(GtkWidget *dialog)
{
    const gchar *const texts[] = { g_getenv("DRIVER_TO"), g_getenv("DRIVER_SUBJECT") };
    GPtrArray *widgets = inside(dialog);
    guint i;
    gint row;

    for (i = 0; i < widgets->len; i++) {
        GtkWidget *widget = widgets->pdata[i];
        if (GTK_IS_GRID(widget))
            for (row = 0; row < 2; row++)
                gtk_entry_set_text(GTK_ENTRY(gtk_grid_get_child_at(GTK_GRID(widget), 1, row)),
                                   texts[row]);
        else if (GTK_IS_CHECK_BUTTON(widget) && g_getenv("DRIVER_AS_TEXT") != NULL)
            gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(widget), FALSE);
    }
    g_ptr_array_free(widgets, TRUE);
    gtk_dialog_response(GTK_DIALOG(dialog), GTK_RESPONSE_ACCEPT);
}

/* Ten times a second: is there a window to answer, or a word in the status bar? */
static gboolean look(gpointer data)
{
    GList *windows = gtk_window_list_toplevels(), *item;
    GPtrArray *widgets;
    guint i;

    (void)data;
    for (item = windows; item != NULL; item = item->next) {
        if (!gtk_widget_get_visible(item->data))
            continue;
        if (GTK_IS_MESSAGE_DIALOG(item->data)) {
            gchar *text;
            g_object_get(item->data, "text", &text, NULL);
            leave(text);
        }
        if (!answered && g_strcmp0(gtk_window_get_title(item->data), "Send by Mail") == 0) {
            answered = 1;
            fill_in(item->data);
        }
    }
    g_list_free(windows);
    widgets = inside(geany->geany_data->main_widgets->window);
    for (i = 0; i < widgets->len; i++)
        if (GTK_IS_STATUSBAR(widgets->pdata[i])) {
            GtkWidget *area = gtk_statusbar_get_message_area(widgets->pdata[i]);
            GList *labels = gtk_container_get_children(GTK_CONTAINER(area));
            const gchar *text = gtk_label_get_text(labels->data);
            if (g_str_has_prefix(text, "Mail "))
                leave(text);
            g_list_free(labels);
        }
    g_ptr_array_free(widgets, TRUE);
    return G_SOURCE_CONTINUE;
}

/* Chooses the menu's entry, which comes back when its window is closed. */
static gboolean ask(gpointer data)
{
    GeanyDocument *document = document_get_current();
    GList *items, *item;

    (void)data;
    if (document == NULL || asked)
        return G_SOURCE_CONTINUE;
    asked = 1;
    sci_set_text(document->editor->sci, "Grüße,\nnicht gespeichert\n");
    items = gtk_container_get_children(GTK_CONTAINER(geany->geany_data->main_widgets->tools_menu));
    for (item = items; item != NULL; item = item->next)
        if (g_strcmp0(gtk_menu_item_get_label(item->data), "Send by _Mail...") == 0)
            gtk_menu_item_activate(item->data);
    g_list_free(items);
    return G_SOURCE_REMOVE;
}

static gboolean start(GeanyPlugin *plugin, gpointer data)
{
    (void)data;
    geany = plugin;
    g_timeout_add(100, ask, NULL);
    g_timeout_add(100, look, NULL);
    return TRUE;
}

static void stop(GeanyPlugin *plugin, gpointer data)
{
    (void)plugin;
    (void)data;
}

G_MODULE_EXPORT void geany_load_module(GeanyPlugin *plugin)
{
    plugin->info->name = "Somebody at the keyboard";
    plugin->info->description = "";
    plugin->info->version = "0";
    plugin->info->author = "";
    plugin->funcs->init = start;
    plugin->funcs->cleanup = stop;
    GEANY_PLUGIN_REGISTER(plugin, 225);
}
