/*
 * A host that has floating-point errors raise a signal, and rounds upwards: numbers are its
 * business, and ours must not end it.
 */
#define _GNU_SOURCE
#include "host.h"
#include <fenv.h>

int main(void)
{
    EXPECT(feenableexcept(FE_ALL_EXCEPT) != -1);
    EXPECT(fesetround(FE_UPWARD) == 0);
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    EXPECT_CODE(MAPI_E_FAILURE, MAPISendMail(lhSessionNull, 0, NULL, 0, 0));
    EXPECT(fegetround() == FE_UPWARD);
    EXPECT(fegetexcept() == FE_ALL_EXCEPT);
    return 0;
}
