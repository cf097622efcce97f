/* A program of GTK 3: its button mails something, in a window of ours over its own; then it goes on. */
#include <gdk/gdkx.h>
#include <gtk/gtk.h>
#include <mapi.h>

static gboolean end(gpointer unused)
{
    (void)unused;
    gtk_main_quit();
    return G_SOURCE_REMOVE;
}

static void mail(GtkButton *button, gpointer window)
{
    MapiRecipDesc to = {0, MAPI_TO, (char *)g_object_get_data(G_OBJECT(window), "to"), NULL, 0, NULL};
    MapiMessage message = {0};
    ULONG_PTR parent = GDK_WINDOW_XID(gtk_widget_get_window(window));
    ULONG code;
    char title[40];

    message.lpszSubject = "From GTK 3";
    message.nRecipCount = 1;
    message.lpRecips = &to;
    code = MAPISendMail(0, parent, &message, MAPI_DIALOG | MAPI_LOGON_UI, 0);
    g_snprintf(title, sizeof title, "Mailed: %u", (unsigned)code);
    gtk_button_set_label(button, title);
    gtk_window_set_title(window, title);
    /* Its window is still alive: this takes its main loop, and the screen. */
    g_timeout_add(2000, end, NULL);
}

int main(int count, char **words)
{
    GtkWidget *window, *button;
    gtk_init(&count, &words);
    window = gtk_window_new(GTK_WINDOW_TOPLEVEL);
    button = gtk_button_new_with_label("Mail");
    g_object_set_data(G_OBJECT(window), "to", words[1]);
    gtk_window_set_title(GTK_WINDOW(window), "Host");
    gtk_container_add(GTK_CONTAINER(window), button);
    g_signal_connect(button, "clicked", G_CALLBACK(mail), window);
    gtk_widget_show_all(window);
    gtk_main();
    return strcmp(gtk_window_get_title(GTK_WINDOW(window)), "Mailed: 0") == 0 ? 0 : 1;
}
