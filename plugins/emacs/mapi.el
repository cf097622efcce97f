;;; mapi.el --- Send mail through Simple MAPI  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT OR Apache-2.0
;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1"))
;; Keywords: mail

;;; Commentary:

;; `mapi-send-buffer' sends the buffer or the region as a text, `mapi-attach-buffer' sends the buffer as
;; a file; both as it is on the screen.  With
;;
;;     (setq send-mail-function #'mapi-send-it
;;           message-send-mail-function #'mapi-send-it)
;;
;; what is written in message-mode and mail-mode leaves the same way.

;;; Code:

(require 'mail-parse)
(require 'mm-decode)
(require 'mapi-module)

(defgroup mapi nil "Sending mail through Simple MAPI." :group 'mail)

(defcustom mapi-profile nil
  "The profile of the configuration to send with; nil for the default one."
  :type '(choice (const :tag "The default one" nil) string))

(define-error 'mapi-error "The message was not sent")

(defun mapi-send (recipients subject text &optional files)
  "Send TEXT under SUBJECT to RECIPIENTS, with FILES, or signal `mapi-error'.
Returns \"sent\", or \"queued as ...\" where it waits in the outbox.
RECIPIENTS is a list of addresses, or of names that an address book knows,
or of (CLASS . ADDRESS) with 1 for To, 2 for Cc and 3 for Bcc.  FILES is a
list of paths, or of (PATH . NAME)."
  (mapi-module-send
   mapi-profile
   (mapi--pairs recipients (lambda (address) (cons 1 address)))
   subject text
   (mapi--pairs files (lambda (path)
                        (cons (expand-file-name path) nil)))))

(defun mapi--pairs (list complete)
  "The pairs of LIST as a flat vector; COMPLETE makes one of what is none."
  (vconcat (mapcan (lambda (element)
                     (let ((pair (if (consp element) element (funcall complete element))))
                       (list (car pair) (cdr pair))))
                   list)))

(defun mapi--read-recipients ()
  "Ask whom it is for."
  (let ((given (read-string "To (addresses, with commas between them): ")))
    (split-string given "," t "[ \t]+")))

(defun mapi--name ()
  "The name that the buffer has as a file."
  (if buffer-file-name (file-name-nondirectory buffer-file-name) (buffer-name)))

;;;###autoload
(defun mapi-send-buffer (recipients &optional subject start end)
  "Send the buffer, or the region from START to END, as a text to RECIPIENTS."
  (interactive
   (append (list (mapi--read-recipients)
                 (read-string "Subject: " (mapi--name)))
           (when (use-region-p) (list (region-beginning) (region-end)))))
  (message "Mail: %s"
           (mapi-send recipients (or subject (mapi--name))
                      (buffer-substring-no-properties (or start (point-min))
                                                      (or end (point-max))))))

;;;###autoload
(defun mapi-attach-buffer (recipients &optional subject)
  "Send the buffer to RECIPIENTS as a file, in the encoding it is saved in."
  (interactive (list (mapi--read-recipients) (read-string "Subject: " (mapi--name))))
  (let ((file (make-temp-file "mapi")))
    (unwind-protect
        (let ((coding-system-for-write buffer-file-coding-system))
          (write-region nil nil file nil 'quietly)
          (message "Mail: %s" (mapi-send recipients (or subject (mapi--name)) ""
                                         (list (cons file (mapi--name))))))
      (delete-file file))))

;;;###autoload
(defun mapi-send-it ()
  "Send the message in this buffer; a value for `send-mail-function'."
  (let ((whole (buffer-string)))
    (with-temp-buffer
      (insert whole)
      (goto-char (point-min))
      (when (re-search-forward (concat "^" (regexp-quote mail-header-separator) "$") nil t)
        (replace-match ""))
      (mapi--send-parsed))))

(defun mapi--send-parsed ()
  "Send the message of this buffer, which is in the form of a mail."
  (let* ((recipients (mapcan #'mapi--field '(("To" . 1) ("Cc" . 2) ("Bcc" . 3))))
         (subject (save-restriction
                    (mail-narrow-to-head)
                    (mail-decode-encoded-word-string (or (mail-fetch-field "Subject") ""))))
         (handles (mm-dissect-buffer t))
         (folder (make-temp-file "mapi" t)))
    (unwind-protect
        (let* ((parts (mapi--parts handles))
               (text (if (mapi--text-p (car parts)) (mapi--text (pop parts)) "")))
          (mapi-send recipients subject text
                     (seq-map-indexed (lambda (part at) (mapi--saved part at folder)) parts)))
      (mm-destroy-parts handles)
      (delete-directory folder t))))

(defun mapi--field (field)
  "The addresses in the header FIELD, a pair of name and class, with the class."
  (save-restriction
    (mail-narrow-to-head)
    (mapcar (lambda (found) (cons (cdr field) (car found)))
            (mail-header-parse-addresses (or (mail-fetch-field (car field) nil t) "")))))

(defun mapi--parts (handles)
  "The parts in HANDLES that are no containers; of alternatives the first."
  (cond ((null handles) nil)
        ((bufferp (car handles)) (list handles))
        ((equal (car handles) "multipart/alternative") (mapi--parts (cadr handles)))
        ((stringp (car handles)) (mapcan #'mapi--parts (cdr handles)))
        (t (mapcan #'mapi--parts handles))))

(defun mapi--text-p (part)
  "Whether PART is the text of a message."
  (and part
       (equal (mm-handle-media-type part) "text/plain")
       (not (mm-handle-filename part))))

(defun mapi--text (part)
  "The text of PART."
  (decode-coding-string
   (mm-get-part part t)
   (or (mm-charset-to-coding-system (mail-content-type-get (mm-handle-type part) 'charset))
       'utf-8)))

(defun mapi--saved (part at folder)
  "Save PART, number AT, in FOLDER; its path and name."
  (let ((path (expand-file-name (number-to-string at) folder)))
    (mm-save-part-to-file part path)
    (cons path (or (mm-handle-filename part) "message.txt"))))

(provide 'mapi)
;;; mapi.el ends here
