/* What a program that is being ported may bring instead of the real windows.h. */
#ifndef PORTING_WINDOWS_H
#define PORTING_WINDOWS_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t ULONG, DWORD;
typedef int BOOL;
typedef uintptr_t ULONG_PTR;
typedef char *LPSTR;
typedef const char *LPCSTR;
typedef void *LPVOID, *HANDLE, *HWND, *HINSTANCE;
typedef wchar_t WCHAR, *LPWSTR, *PWSTR;
typedef unsigned char BYTE, *LPBYTE;

#define WINAPI
#define TRUE 1
#define FALSE 0

#endif
